//! Aggregation functions as DataFusion UDAFs.
