//! Fewer points where a drawing cannot show them all.

use super::model::Point;
use super::scale::Scale;

/// Points that draw the same line in so many columns of pixels: of each column the first, the lowest, the highest and the
/// last, and that there is a gap. `None` when the points are few enough as they are. Points are sorted by x.
pub(super) fn extremes(points: &[Point], x: &Scale, columns: usize) -> Option<Vec<Point>> {
    if points.len() <= columns * 4 {
        return None;
    }
    let column = |p: &Point| (x.at(p.x).unwrap_or(0.0).clamp(0.0, 1.0) * columns as f64) as usize;
    let mut kept = Vec::with_capacity(columns * 4);
    let mut rest = points;
    while let Some(first) = rest.first() {
        let here = column(first);
        let end = rest.iter().position(|p| column(p) != here).unwrap_or(rest.len());
        let (bucket, after) = rest.split_at(end);
        rest = after;
        let finite = || (0..bucket.len()).filter(|i| bucket[*i].value.is_finite());
        let by = |a: &usize, b: &usize| bucket[*a].to.total_cmp(&bucket[*b].to);
        let gap = bucket.iter().position(|p| !p.value.is_finite());
        let mut chosen: Vec<usize> = [Some(0), finite().min_by(by), finite().max_by(by), gap, Some(bucket.len() - 1)]
            .into_iter()
            .flatten()
            .collect();
        chosen.sort_unstable();
        chosen.dedup();
        kept.extend(chosen.into_iter().map(|i| bucket[i]));
    }
    Some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::Measure;

    #[test]
    fn a_million_points_keep_their_extremes_and_their_ends() {
        let point = |i: usize| {
            let value = if i == 543_210 { 1e6 } else { (i % 7) as f64 };
            Point { x: i as f64, value, from: 0.0, to: value }
        };
        let points: Vec<Point> = (0..1_000_000).map(point).collect();
        let scale = Scale { low: 0.0, high: 999_999.0, log: false, measure: Measure::Number };
        let kept = extremes(&points, &scale, 500).unwrap();
        assert!(kept.len() <= 501 * 5, "{}", kept.len());
        assert!(kept.iter().any(|p| p.value == 1e6));
        assert_eq!((kept[0], kept[kept.len() - 1]), (points[0], points[999_999]));
        assert!(kept.is_sorted_by(|a, b| a.x < b.x));
        assert_eq!(extremes(&points[..2000], &scale, 500), None);
    }
}
