//! From bound tree to DataFusion logical plan, and the nodes DataFusion lacks.
