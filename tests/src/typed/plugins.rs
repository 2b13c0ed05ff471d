//! Plugins and graphs.

use super::choices::Choices;
use super::pipeline::{Made, Step, loses};
use kql_types::ScalarType as Ty;

impl Step<'_> {
    pub(super) fn plugin_of_bags(&self, c: &mut Choices) -> Made {
        let bag = self.some(c, |ty| ty == Ty::Dynamic);
        let key = self.some(c, |ty| ty == Ty::String);
        let number = self.some(c, |ty| ty == Ty::Long);
        let text = match c.below(4) {
            0 => format!("| evaluate bag_unpack({bag}, 'u_')"),
            1 => format!("| project {key}, {number} | evaluate pivot({key}, sum({number}))"),
            2 => format!("| project {key}, {number}, k2 = tostring({bag}) | evaluate pivot({key})"),
            _ => "| evaluate narrow() | summarize count() by Column, Value".into(),
        };
        Made { text, keeps_numbers: false, open: true }
    }

    pub(super) fn plugin(&self, c: &mut Choices) -> Made {
        let s = self.some(c, |ty| ty == Ty::String);
        let l = self.some(c, |ty| ty == Ty::Long);
        let d = self.some(c, |ty| ty == Ty::Datetime);
        let r = self.some(c, |ty| ty == Ty::Real);
        let p = self.expr(c, Ty::Bool, 2);
        let times = "datetime(2019-12-01), datetime(2020-04-01)";
        let text = match c.below(20) {
            0 => "| project-away a, o, y | evaluate autocluster()".into(),
            1 => "| project-away a, o, y | evaluate basket(0.2)".into(),
            2 => format!("| project {s}, {l}, p = iff({p}, 'x', 'y') | evaluate diffpatterns(p, 'x', 'y')"),
            3 => format!("| evaluate rows_near({p}, {})", c.below(3)),
            4 => format!("{} | evaluate rows_near({p}, 1, 2)", self.sorted()),
            5 => format!("| evaluate session_count({s}, {d}, {times}, 7d, 14d)"),
            6 => format!("| evaluate active_users_count({s}, {d}, {times}, 7d, 7d, 2, 14d)"),
            7 => format!("| evaluate activity_counts_metrics({s}, {d}, {times}, 7d)"),
            8 => format!("| evaluate activity_metrics({s}, {d}, {times}, 7d)"),
            9 => format!("| evaluate new_activity_metrics({s}, {d}, {times}, 7d)"),
            10 => format!("| evaluate activity_engagement({s}, {d}, {times}, 1d, 7d)"),
            11 => format!("| evaluate sliding_window_counts({s}, {d}, {times}, 14d, 7d)"),
            12 => format!("| evaluate rolling_percentile({r}, 50, {d}, 1d, 3)"),
            13 => format!("| evaluate sequence_detect({d}, 1d, 10d, e1 = ({p}), e2 = ({l} > 1), {s})"),
            14 => format!(
                "| evaluate funnel_sequence_completion({s}, {d}, {times}, 1d, {l}, dynamic([1, 2]), dynamic([1d, 2d]))"
            ),
            15 => format!("| evaluate funnel_sequence({s}, {d}, {times}, 1d, 7d, {l}, dynamic([1]))"),
            16 => format!("| summarize h1 = hll({s}), h2 = hll({l}) | evaluate dcount_intersect(h1, h2)"),
            17 => format!("| evaluate ipv4_lookup((U | project net = s2), {s}, net)"),
            18 => "| evaluate preview(2)".into(),
            _ => "| evaluate schema_merge()".into(),
        };
        Made { text, keeps_numbers: false, open: true }
    }

    pub(super) fn graph(&self, c: &mut Choices) -> Made {
        let (x, y) = (self.some(c, |ty| ty == Ty::Long), self.some(c, |ty| ty == Ty::Long));
        let tail = match c.below(5) {
            0 => "graph-match (p)-[e]->(q) project p, q, e".to_owned(),
            1 => "graph-match (p)-[e*1..3]->(q) project p, q, c = array_length(e)".into(),
            2 => "graph-to-table nodes".into(),
            3 => "graph-mark-components | graph-to-table nodes".into(),
            _ => "graph-shortest-paths (p)-[e*1..4]->(q) project c = array_length(e)".into(),
        };
        loses(format!("| make-graph {x} --> {y}\n| {tail}"))
    }
}
