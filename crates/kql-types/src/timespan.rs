//! `timespan`: signed ticks of 100 ns and their text forms.
