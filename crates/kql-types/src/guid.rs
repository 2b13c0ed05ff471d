//! `guid`: 16 bytes in the order of their hex digits.
