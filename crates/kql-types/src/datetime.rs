//! `datetime`: ticks of 100 ns since 0001-01-01T00:00:00Z, their text forms and calendar arithmetic.
