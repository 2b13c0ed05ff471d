//! Every kind of `render` over small tables, in every backend: marks equal the data points, labels are there, documents
//! are well-formed, nothing of hostile data gets out.

#![allow(clippy::unwrap_used)] // in helpers of tests, too

mod given;

use given::Given;
use kql_render::chart::{Body, Chart, Graphics, Kind, Pixels, Room, Size, draw, draw_inline};
use kql_render::{RenderError, Theme};
use serde_json::{Value as Json, json};

const TIMED: [(&str, &str); 3] = [("Timestamp", "datetime"), ("Device", "string"), ("Count", "long")];
const NAMED: [(&str, &str); 2] = [("Name", "string"), ("Count", "long")];

fn given(columns: &[(&str, &str)], rows: Json, render: Json) -> Given {
    let rows = rows.as_array().unwrap();
    let rows: Vec<&[Json]> = rows.iter().map(|r| r.as_array().unwrap().as_slice()).collect();
    Given::new(columns, &rows, &render)
}

fn timed(render: Json) -> Given {
    let rows = json!([
        ["2026-11-20T00:00:00Z", "ws-1", 3],
        ["2026-11-20T00:00:00Z", "ws-2", 5],
        ["2026-11-21T00:00:00Z", "ws-1", 7],
        ["2026-11-22T00:00:00Z", "ws-2", 2],
        ["2026-11-24T00:00:00Z", "ws-1", 4],
    ]);
    given(&TIMED, rows, render)
}

fn named(render: Json) -> Given {
    given(&NAMED, json!([["cmd.exe", 30], ["net.exe", 10], ["rar.exe", 5]]), render)
}

/// A small table for each kind, the marks it has, and texts that have to stand in it.
fn each_kind() -> Vec<(Given, usize, Vec<&'static str>)> {
    let lines = vec!["2026-11-20", "2026-11-24", "Timestamp", "Count", "ws-1", "ws-2", "0"];
    let spans = [("Device", "string"), ("Start", "datetime"), ("End", "datetime")];
    let tree = json!([["a", "x", 4], ["a", "y", 2], ["b", "x", 3]]);
    vec![
        (timed(json!({"Visualization": "timechart"})), 5, lines.clone()),
        (
            timed(json!({"Visualization": "linechart", "XTitle": "when", "YTitle": "how many"})),
            5,
            vec!["when", "how many"],
        ),
        (timed(json!({"Visualization": "areachart"})), 5, lines.clone()),
        // An area has a point wherever the other has one.
        (timed(json!({"Visualization": "stackedareachart"})), 8, lines.clone()),
        (
            timed(json!({"Visualization": "columnchart", "Title": "By <day> & device"})),
            5,
            vec!["By <day> & device", "Nov 23"],
        ),
        (timed(json!({"Visualization": "barchart", "Kind": "stacked"})), 5, vec!["2026-11-23", "ws-1", "Count"]),
        (timed(json!({"Visualization": "anomalychart"})), 5, lines.clone()),
        (
            given(
                &[("Bytes", "real"), ("Hosts", "long"), ("Group", "string")],
                json!([[1.5, 2, "a"], [2.5, 4, "b"], ["NaN", 4, "b"], [3.0, null, "a"]]),
                json!({"Visualization": "scatterchart"}),
            ),
            2,
            vec!["Bytes", "Hosts", "a", "b"],
        ),
        (named(json!({"Visualization": "piechart"})), 3, vec!["cmd.exe", "66.7%", "22.2%", "11.1%"]),
        (
            given(
                &spans,
                json!([
                    ["ws-1", "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z"],
                    ["ws-2", "2026-11-20T12:00:00Z", null]
                ]),
                json!({"Visualization": "ladderchart"}),
            ),
            2,
            vec!["ws-1", "ws-2", "Start – End", "Device"],
        ),
        (
            given(
                &[("Device", "string"), ("Kind", "string"), ("Count", "long")],
                json!([["ws-1", "a", 3], ["ws-1", "b", 4], ["ws-2", "a", 6]]),
                json!({"Visualization": "pivotchart"}),
            ),
            3,
            vec!["sum of Count: Kind", "ws-1", "total", "7", "13"],
        ),
        (
            timed(json!({"Visualization": "timepivot", "Series": "Device"})),
            5,
            vec!["ws-1", "ws-2", "Timestamp", "Device"],
        ),
        (
            given(&[("A", "string"), ("B", "string"), ("N", "long")], tree, json!({"Visualization": "treemap"})),
            3,
            vec!["a  6", "b  3", "x", "y"],
        ),
        (
            given(
                &[("Total", "long"), ("Last", "datetime")],
                json!([[1234, "2026-11-20T00:00:00Z"]]),
                json!({"Visualization": "card"}),
            ),
            2,
            vec!["1,234", "Total", "2026-11-20"],
        ),
        (named(json!({"Visualization": "table"})), 0, vec!["Name", "Count", "net.exe", "10"]),
    ]
}

fn chart(given: &Given) -> Chart {
    Chart::new(&given.table(), &given.render).unwrap_or_else(|e| panic!("{}: {e}", given.render.visualization))
}

fn unfit(given: &Given) -> String {
    match Chart::new(&given.table(), &given.render) {
        Err(RenderError::Unfit(why)) => why,
        other => panic!("{other:?}"),
    }
}

fn page_data(html: &str) -> Json {
    let (_, rest) = html.split_once("<script type=\"application/json\" id=\"data\">").unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

/// Marks and texts of an SVG, which has to be well-formed.
fn read(svg: &str) -> (usize, Vec<String>) {
    let document = roxmltree::Document::parse(svg).unwrap_or_else(|e| panic!("{e}\n{svg}"));
    let marks = document.descendants().filter(|n| n.attribute("class") == Some("mark")).count();
    let texts = document.descendants().filter(|n| n.has_tag_name("text"));
    (marks, texts.map(|n| n.text().unwrap_or_default().to_owned()).collect())
}

/// Size and pixels of a PNG as this crate writes it.
fn decode(png: &[u8]) -> (u32, u32, Vec<u8>) {
    use std::io::Read;
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    let (width, height) = (number(16), number(20));
    let length = number(33) as usize;
    assert_eq!(&png[37..41], b"IDAT");
    let mut pixels = Vec::new();
    flate2::read::ZlibDecoder::new(&png[41..41 + length]).read_to_end(&mut pixels).unwrap();
    assert_eq!(&png[png.len() - 8..png.len() - 4], b"IEND");
    (width, height, pixels)
}

#[test]
fn svg_has_a_mark_for_each_value_and_its_labels() {
    for (given, marks, labels) in each_kind() {
        let (found, texts) = read(&chart(&given).svg(Pixels::default()));
        let kind = &given.render.visualization;
        assert_eq!(found, marks, "{kind}");
        for label in labels {
            assert!(texts.iter().any(|t| t == label), "{kind}: no '{label}' in {texts:?}");
        }
    }
}

#[test]
fn html_holds_an_option_that_parses_back_and_calls_no_one() {
    for (given, _, _) in each_kind() {
        let html = chart(&given).html();
        let kind = &given.render.visualization;
        let data = page_data(&html);
        assert!(data["form"].is_string(), "{kind}");
        assert!(html.contains("default-src 'none'"), "{kind}");
        let own: String = html.split("<script>").take(1).collect();
        assert!(!own.contains("http://") && !own.contains("https://"), "{kind}");
        if let Some(series) = data["option"]["series"].as_array() {
            assert!(series.iter().all(|s| !s["data"].as_array().unwrap().is_empty()), "{kind}");
        }
    }
    let data = page_data(&chart(&timed(json!({"Visualization": "timechart"}))).html());
    let point = &data["option"]["series"][0]["data"][0];
    assert_eq!(point, &json!([1_795_132_800_000.0, 3.0]), "milliseconds since 1970, and the count");
}

#[test]
fn png_has_the_size_asked_for_and_is_not_blank() {
    for (given, _, _) in each_kind() {
        let (width, height, pixels) = decode(&chart(&given).png(Pixels { width: 300.0, height: 200.0 }, 1.0).unwrap());
        assert_eq!((width, height, pixels.len()), (300, 200, 200 * 901));
        assert!(pixels.iter().filter(|p| **p != 255 && **p != 0).count() > 300, "{}", given.render.visualization);
    }
}

#[test]
fn the_terminal_draws_within_its_width_and_without_codes_when_colours_are_off() {
    for (given, _, _) in each_kind() {
        let kind = given.render.visualization.to_string();
        for width in [20, 40, 80, 200] {
            let size = Size { width, height: 16 };
            let plain = draw(&given.table(), &given.render, size, None).unwrap();
            let Some(plain) = plain else {
                assert_eq!(kind.to_string(), "table");
                continue;
            };
            assert!(!plain.contains('\x1b'), "{kind}");
            if plain.lines().any(|l| unicode_width::UnicodeWidthStr::width(l) > usize::from(width.max(30))) {
                assert!(
                    plain.lines().all(|l| l.starts_with('(') || l.chars().count() <= 100),
                    "{kind} {width}\n{plain}"
                );
            }
            let colored = draw(&given.table(), &given.render, size, Some(&Theme::DARK)).unwrap().unwrap();
            assert!(colored.contains("\x1b[") || kind == "card", "{kind}");
        }
    }
}

#[test]
fn anomalies_are_found_where_no_flags_are_named() {
    let row = |day: usize, device: &str, n: i64| json!([format!("2026-11-{day:02}T00:00:00Z"), device, n]);
    let counts = |day: usize| [10, 12, 11, 13, 12, 11, 10][day % 7];
    let quiet = (1..=28).map(|day| row(day, "ws-1", counts(day)));
    let loud = (1..=28).map(|day| row(day, "ws-2", if day == 20 { 90 } else { counts(day) }));
    let rows: Vec<Json> = quiet.chain(loud).collect();
    let found = |render: Json| {
        let given = given(&TIMED, Json::Array(rows.clone()), render);
        let chart = Chart::new(&given.table(), &given.render).unwrap();
        let Body::Plane(plane) = &chart.body else { panic!("a plane") };
        let marked: Vec<(String, Vec<f64>)> = plane
            .series
            .iter()
            .map(|s| (s.name.clone(), s.highlights.iter().map(|p| p.value).collect()))
            .filter(|(_, marked): &(String, Vec<f64>)| !marked.is_empty())
            .collect();
        (marked, chart.notes)
    };
    let (marked, notes) = found(json!({"Visualization": "anomalychart"}));
    assert_eq!(marked, [("ws-2".to_owned(), vec![90.0])]);
    assert_eq!(notes, ["found by series_decompose_anomalies(): 1 point; anomalycolumns names flags of your own"]);
    assert_eq!(found(json!({"Visualization": "timechart"})), (Vec::new(), Vec::new()));
}

#[test]
fn anomalies_are_marked_where_the_flag_is_not_zero() {
    let columns = [("Timestamp", "dynamic"), ("Count", "dynamic"), ("Flag", "dynamic"), ("Baseline", "dynamic")];
    let times = json!(["2026-11-20T00:00:00.0000000Z", "2026-11-20T01:00:00.0000000Z", "2026-11-20T02:00:00.0000000Z"]);
    let rows = json!([[times, [4, 90, null], [0, 1, 0], [4.5, 5.0, 5.5]]]);
    let given = given(&columns, rows, json!({"Visualization": "anomalychart", "AnomalyColumns": "Flag"}));
    let chart = chart(&given);
    let Body::Plane(plane) = &chart.body else { panic!() };
    assert_eq!(plane.series.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(), ["Count", "Baseline"]);
    assert_eq!(plane.series[0].highlights.iter().map(|p| p.value).collect::<Vec<_>>(), [90.0]);
    assert!(plane.series[0].points[2].value.is_nan(), "null is a gap");
    let svg = chart.svg(Pixels::default());
    assert!(svg.contains("anomaly\nCount\n2026-11-20 01:00:00: 90"), "{svg}");
}

#[test]
fn stacks_shares_and_sums_are_exact() {
    let plane = |render: Json| match chart(&timed(render)).body {
        Body::Plane(plane) => plane,
        other => panic!("{other:?}"),
    };
    let tops = |p: &kql_render::chart::Plane, i: usize| p.series[i].points.iter().map(|p| p.to).collect::<Vec<_>>();
    let stacked = plane(json!({"Visualization": "columnchart", "Kind": "stacked"}));
    assert_eq!((tops(&stacked, 0), tops(&stacked, 1)), (vec![3.0, 7.0, 4.0], vec![8.0, 2.0]));
    let bands = stacked.x.bands.as_ref().unwrap();
    assert_eq!(bands.names.len(), 5, "the day without rows has its place: {bands:?}");
    let share = plane(json!({"Visualization": "columnchart", "Kind": "stacked100"}));
    assert_eq!((tops(&share, 0), tops(&share, 1)), (vec![37.5, 100.0, 100.0], vec![100.0, 100.0]));
    let sum = plane(json!({"Visualization": "areachart", "Kind": "stacked", "Accumulate": true}));
    assert_eq!((tops(&sum, 0), tops(&sum, 1)), (vec![3.0, 10.0, 10.0, 14.0], vec![8.0, 15.0, 17.0, 21.0]));
}

#[test]
fn panels_and_axes_split_series() {
    let split = timed(json!({"Visualization": "timechart", "YSplit": "panels"}));
    let (marks, texts) = read(&chart(&split).svg(Pixels::default()));
    assert_eq!(marks, 5);
    assert!(texts.iter().any(|t| t == "ws-1") && texts.iter().any(|t| t == "ws-2"));
    let axes = timed(json!({"Visualization": "columnchart", "YSplit": "axes"}));
    assert_eq!(page_data(&chart(&axes).html())["option"]["yAxis"].as_array().unwrap().len(), 2);
}

#[test]
fn kinds_that_make_no_sense_say_what_to_write() {
    let name = |kind: &str| unfit(&named(json!({"Visualization": kind})));
    assert!(name("timechart").contains("no datetime column"), "{}", name("timechart"));
    assert!(name("plotly").contains("render linechart"));
    assert!(name("graph").contains("graph-to-table"));
    assert!(name("3Dchart").contains("scatterchart"));
    assert!(name("piecahrt").contains("write one of timechart"));
    assert!(name("ladderchart").contains("start and end"));
    assert!(name("timepivot").contains("datetime"));
    assert!(unfit(&named(json!({"Visualization": "piechart", "Kind": "map"}))).contains("maps are not drawn"));
    assert!(unfit(&named(json!({"Visualization": "barchart", "XColumn": "Nmae"}))).contains("no column 'Nmae'"));
    assert!(unfit(&named(json!({"Visualization": "barchart", "YColumns": "Name"}))).contains("not a number"));
    let table = named(json!({"Visualization": "timechart", "Title": "t"}));
    let fallen = Chart::or_table(&table.table(), &table.render).unwrap();
    assert_eq!(fallen.kind, Kind::Table);
    assert!(read(&fallen.svg(Pixels::default())).1.iter().any(|t| t == "net.exe"));
    assert!(fallen.notes[0].contains("no datetime column"));
}

#[test]
fn no_rows_and_no_columns_are_refused_not_drawn() {
    for (kind, _) in Kind::ALL {
        for columns in [&TIMED[..], &NAMED[..], &[]] {
            let empty = given(columns, json!([]), json!({"Visualization": kind}));
            match Chart::new(&empty.table(), &empty.render) {
                Ok(chart) => assert_eq!(chart.kind, Kind::Table, "{kind}"),
                Err(RenderError::Unfit(why)) => assert!(why.starts_with(kind), "{why}"),
                Err(other) => panic!("{other}"),
            }
            drop(Chart::or_table(&empty.table(), &empty.render).unwrap().svg(Pixels::default()));
        }
    }
}

#[test]
fn hostile_values_and_names_stay_inside() {
    let evil = "</script><script>alert(1)</script>\u{2028}\u{0}\u{1b}[31m\"'&\u{202e}";
    let long = "x".repeat(5000);
    let rows = json!([
        ["2026-11-20T00:00:00Z", evil, 9_007_199_254_740_993_i64],
        ["0001-01-01T00:00:00Z", long, -5],
        ["9999-12-31T23:59:59.9999999Z", "", 0],
        [null, "b", 1],
        ["2026-11-20T00:00:00Z", evil, null],
    ]);
    for (kind, _) in Kind::ALL {
        for more in [
            json!({}),
            json!({"YAxis": "log", "XAxis": "log"}),
            json!({"Ymin": 5.0, "Ymax": 5.0, "Kind": "stacked100"}),
        ] {
            let mut render = json!({"Visualization": kind, "Title": evil, "XTitle": evil, "YTitle": long});
            render.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let given = given(&TIMED, rows.clone(), render);
            let chart = Chart::or_table(&given.table(), &given.render).unwrap();
            for size in [Pixels::default(), Pixels { width: 1.0, height: 1.0 }] {
                let svg = chart.svg(size);
                read(&svg);
                assert!(!svg.contains("<script"), "{kind}");
            }
            if more == json!({}) {
                drop(chart.png(Pixels { width: 200.0, height: 120.0 }, 1.0).unwrap());
            }
            let html = chart.html();
            page_data(&html);
            assert!(!html.contains("alert(1)</script>") && !html.contains('\u{2028}'), "{kind}");
            let text = chart.terminal(Size { width: 1, height: 1 }, None).unwrap_or_default();
            assert!(!text.contains('\x1b') && !text.contains('\u{202e}'), "{kind}");
        }
    }
}

#[test]
fn many_rows_series_and_places_are_reduced_and_it_is_said() {
    let row = |i: usize| {
        json!([
            kql_types::datetime::format(638_000_000_000_000_000 + i as i64 * 10_000_000),
            format!("s{}", i % 100),
            i
        ])
    };
    let rows: Json = (0..20_000).map(row).collect();
    for (kind, note) in
        [("timechart", "60 more are not"), ("columnchart", "places"), ("scatterchart", "60 more are not")]
    {
        let given = given(&TIMED, rows.clone(), json!({"Visualization": kind}));
        let chart = chart(&given);
        assert!(chart.notes.iter().any(|n| n.contains(note)), "{kind}: {:?}", chart.notes);
        assert!(chart.svg(Pixels::default()).len() < 4_000_000, "{kind}");
        drop(chart.terminal(Size { width: 80, height: 16 }, Some(&Theme::LIGHT)));
    }
    let one = given(&TIMED, rows, json!({"Visualization": "linechart", "Series": ""}));
    drop(Chart::new(&one.table(), &one.render));
    let lone = [("Timestamp", "datetime"), ("Count", "long")];
    let row = |i: usize| json!([kql_types::datetime::format(638_000_000_000_000_000 + i as i64 * 10_000_000), i % 9]);
    let lone = given(&lone, (0..30_000).map(row).collect(), json!({"Visualization": "timechart"}));
    let svg = chart(&lone).svg(Pixels::default());
    assert!(svg.len() < 150_000 && svg.contains("more points than pixels"), "{}", svg.len());
    let (stacked, what) = (json!({"Visualization": "stackedareachart"}), "too many to stack");
    let lone = given(&[("Timestamp", "datetime"), ("Count", "long")], (0..30_000).map(row).collect(), stacked);
    assert!(unfit(&lone).contains(what));
}

#[test]
fn one_value_and_equal_values_have_axes() {
    for rows in
        [json!([["a", 5]]), json!([["a", 5], ["b", 5], ["c", 5]]), json!([["a", 0]]), json!([["a", -3], ["b", 4]])]
    {
        for (kind, _) in
            Kind::ALL.iter().filter(|(k, _)| !k.starts_with("time") && !matches!(*k, "ladderchart" | "anomalychart"))
        {
            let given = given(&NAMED, rows.clone(), json!({"Visualization": kind}));
            match Chart::new(&given.table(), &given.render) {
                Ok(chart) => drop(read(&chart.svg(Pixels::default()))),
                Err(RenderError::Unfit(why)) => assert!(why.contains("above zero"), "{kind}: {why}"),
                Err(other) => panic!("{other}"),
            }
        }
    }
}

#[test]
fn columns_play_the_roles_kusto_gives_them() {
    let time = ("T", "datetime");
    /// Kind, columns, properties, x, series, row.
    type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], Json, &'a str, &'a [&'a str], Json);
    let cases: [Case<'_>; 9] = [
        // The first datetime is x, wherever it stands; text splits, each combination by itself.
        (
            "timechart",
            &[("A", "string"), time, ("B", "string"), ("N", "long")],
            json!({}),
            "T",
            &["a, b"],
            json!(["a", T1, "b", 1]),
        ),
        ("timechart", &[time, ("N", "long"), ("M", "real")], json!({}), "T", &["N", "M"], json!([T1, 1, 2.0])),
        (
            "timechart",
            &[time, ("A", "string"), ("N", "long"), ("M", "real")],
            json!({}),
            "T",
            &["a: N", "a: M"],
            json!([T1, "a", 1, 2.0]),
        ),
        // A datetime that is named is x; the other is neither a height nor a series.
        (
            "linechart",
            &[time, ("U", "datetime"), ("N", "long")],
            json!({"XColumn": "U"}),
            "U",
            &["N"],
            json!([T1, T1, 1]),
        ),
        // Named columns only: what is left is not drawn.
        (
            "columnchart",
            &[("A", "string"), ("B", "string"), ("N", "long"), ("M", "long")],
            json!({"YColumns": "M", "Series": "B"}),
            "A",
            &["b"],
            json!(["a", "b", 1, 2]),
        ),
        // The first column is x, a number, too, unless it is the only one.
        ("columnchart", &[("Port", "int"), ("N", "long")], json!({}), "Port", &["N"], json!([80, 2])),
        ("columnchart", &[("N", "long"), ("A", "string")], json!({}), "A", &["N"], json!([2, "a"])),
        (
            "scatterchart",
            &[("A", "string"), ("X", "real"), ("Y", "real")],
            json!({}),
            "X",
            &["a"],
            json!(["a", 1.5, 2.5]),
        ),
        (
            "timechart",
            &[("T", "dynamic"), ("A", "string"), ("N", "dynamic")],
            json!({}),
            "T",
            &["a"],
            json!([[T1, T1], "a", [1, 2]]),
        ),
    ];
    for (kind, columns, properties, x, names, row) in cases {
        let mut render = json!({"Visualization": kind});
        render.as_object_mut().unwrap().extend(properties.as_object().unwrap().clone());
        let given = given(columns, json!([row]), render);
        let Body::Plane(plane) = chart(&given).body else { panic!("{kind}") };
        let found: Vec<&str> = plane.series.iter().map(|s| s.name.as_str()).collect();
        assert_eq!((plane.x.title.as_str(), found.as_slice()), (x, names), "{kind} {columns:?}");
    }
}

const T1: &str = "2026-11-20T00:00:00.0000000Z";

#[test]
fn properties_without_effect_are_told() {
    let notes = |render: Json| chart(&timed(render)).notes.join("; ");
    assert!(notes(json!({"Visualization": "timechart", "Ymin": 5.0, "Ymax": 1.0})).contains("ymin is not below ymax"));
    assert!(notes(json!({"Visualization": "timechart", "XAxis": "log"})).contains("xaxis=log does nothing"));
    assert!(notes(json!({"Visualization": "columnchart", "Kind": "sideways"})).contains("kind=sideways is not known"));
    assert!(notes(json!({"Visualization": "anomalychart"})).contains("found by series_decompose_anomalies(): "));
}

#[test]
fn values_beyond_fixed_ends_are_cut_at_the_edge() {
    let svg = chart(&timed(json!({"Visualization": "timechart", "Ymin": 3.0, "Ymax": 6.0}))).svg(Pixels::default());
    // Of five points one is above and one below: their marks are gone, their lines end at the edge.
    assert_eq!(read(&svg).0, 3);
    let document = roxmltree::Document::parse(&svg).unwrap();
    for line in document.descendants().filter(|n| n.attribute("class") == Some("line")) {
        let points = line.attribute("points").unwrap().split([' ', ',']).skip(1).step_by(2);
        for y in points.map(|y| y.parse::<f64>().unwrap()) {
            assert!((0.0..500.0).contains(&y), "{y}");
        }
    }
}

#[test]
fn every_kind_is_a_picture_in_a_terminal() {
    let room = Room { columns: 40, lines: 40, cell: (6, 12) };
    for (i, (given, ..)) in each_kind().into_iter().enumerate() {
        let kind = &given.render.visualization;
        {
            let dark = i % 2 == 0;
            let one = |graphics| draw_inline(&given.table(), &given.render, graphics, room, dark).unwrap();
            let (Some(kitty), Some(sixel)) = (one(Graphics::Kitty), one(Graphics::Sixel)) else {
                assert_eq!(kind.to_string(), "table");
                continue;
            };
            assert!(kitty.starts_with("\x1b_Ga=T,f=100,t=d,q=2,c=40,m=") && kitty.ends_with("\x1b\\\n"), "{kind}");
            assert!(sixel.starts_with("\x1bP0;1q\"1;1;240;135#0;2;") && sixel.ends_with("-\x1b\\\n"), "{kind}");
            // The first corner is paper: dark or white.
            let paper = if dark { ";2;9;9;9" } else { ";2;100;100;100" };
            assert!(sixel.contains(paper), "{kind}");
        }
    }
    let unfit = named(json!({"Visualization": "timechart"}));
    let refused = draw_inline(&unfit.table(), &unfit.render, Graphics::Sixel, room, true);
    assert!(matches!(refused, Err(RenderError::Unfit(_))));
}
