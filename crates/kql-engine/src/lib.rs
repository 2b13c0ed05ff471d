//! A session: parse, bind, plan and run a query over loaded tables.
