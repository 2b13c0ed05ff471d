//! Over a small database in MaxMind's format, which is written here: <https://maxmind.github.io/MaxMind-DB/>.

use crate::{Outcome, Session};
use arrow::array::{Array, AsArray};
use std::net::IpAddr;
use std::path::PathBuf;

/// A control byte, with the bytes of a type above 7 and of a longer size.
fn head(kind: u8, size: usize) -> Vec<u8> {
    let (short, rest) = if size < 29 { (size as u8, vec![]) } else { (29, vec![(size - 29) as u8]) };
    let mut bytes = if kind < 8 { vec![kind << 5 | short] } else { vec![short, kind - 7] };
    bytes.extend(rest);
    bytes
}

fn text(value: &str) -> Vec<u8> {
    [head(2, value.len()), value.as_bytes().to_vec()].concat()
}

fn double(value: f64) -> Vec<u8> {
    [head(3, 8), value.to_be_bytes().to_vec()].concat()
}

fn short(value: u16) -> Vec<u8> {
    [head(5, 2), value.to_be_bytes().to_vec()].concat()
}

fn unsigned(value: u32) -> Vec<u8> {
    [head(6, 4), value.to_be_bytes().to_vec()].concat()
}

fn array(values: &[Vec<u8>]) -> Vec<u8> {
    [head(11, values.len()), values.concat()].concat()
}

fn map(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    [head(7, entries.len()), entries.iter().flat_map(|(k, v)| [text(k), v.clone()].concat()).collect()].concat()
}

fn named(name: &str) -> Vec<u8> {
    map(&[("geoname_id", unsigned(1)), ("names", map(&[("de", text("anders")), ("en", text(name))]))])
}

/// A database: networks and their records.
fn database(kind: &str, networks: &[(&str, Vec<u8>)]) -> Vec<u8> {
    const NONE: usize = usize::MAX;
    const DATA: usize = 1 << 32;
    // Each node has two records: another node, a place in the data (from DATA on), or nothing.
    let mut nodes: Vec<[usize; 2]> = vec![[NONE; 2]];
    let mut data: Vec<u8> = Vec::new();
    for (network, record) in networks {
        let (address, prefix) = network.split_once('/').unwrap();
        let (bits, prefix) = match (address.parse::<IpAddr>().unwrap(), prefix.parse::<u32>().unwrap()) {
            (IpAddr::V4(a), prefix) => (u128::from(u32::from(a)), prefix + 96),
            (IpAddr::V6(a), prefix) => (u128::from(a), prefix),
        };
        let mut node = 0;
        for depth in 0..prefix {
            let side = (bits >> (127 - depth) & 1) as usize;
            if depth + 1 == prefix {
                nodes[node][side] = DATA + data.len();
            } else {
                if nodes[node][side] == NONE {
                    nodes.push([NONE; 2]);
                    nodes[node][side] = nodes.len() - 1;
                }
                node = nodes[node][side];
            }
        }
        data.extend(record);
    }
    let count = nodes.len();
    let record = |value: &usize| match *value {
        NONE => count,
        offset if offset >= DATA => offset - DATA + count + 16,
        node => node,
    };
    let tree = nodes.iter().flatten().flat_map(|value| (record(value) as u32).to_be_bytes()[1..].to_vec());
    let mut bytes: Vec<u8> = tree.collect();
    bytes.extend([0; 16]);
    bytes.extend(data);
    bytes.extend(b"\xab\xcd\xefMaxMind.com");
    bytes.extend(map(&[
        ("node_count", unsigned(count as u32)),
        ("record_size", short(24)),
        ("ip_version", short(6)),
        ("database_type", text(kind)),
        ("languages", array(&[text("en")])),
        ("binary_format_major_version", short(2)),
        ("binary_format_minor_version", short(0)),
        ("build_epoch", [head(9, 8), 1_700_000_000u64.to_be_bytes().to_vec()].concat()),
        ("description", map(&[("en", text("Test"))])),
    ]));
    bytes
}

fn cities() -> Vec<u8> {
    let place = |latitude, longitude| {
        map(&[("accuracy_radius", short(20)), ("latitude", double(latitude)), ("longitude", double(longitude))])
    };
    let sydney = map(&[
        ("city", named("Sydney")),
        ("country", map(&[("iso_code", text("AU")), ("names", map(&[("en", text("Australia"))]))])),
        ("location", place(-33.5, 151.0)),
        ("subdivisions", array(&[named("New South Wales"), named("Somewhere in it")])),
    ]);
    let country_only = map(&[("country", named("Côte \"d'Ivoire\"")), ("location", place(8.0, -5.0))]);
    let miami = map(&[("city", named("Miami")), ("country", named("United States"))]);
    let nothing = map(&[("continent", named("Nowhere"))]);
    database(
        "GeoLite2-City",
        &[
            ("20.53.203.0/24", sydney),
            ("41.66.0.0/16", country_only),
            ("2a03:2880::/32", miami),
            ("10.0.0.0/8", nothing),
        ],
    )
}

/// A file that goes with the test.
struct File(PathBuf);

impl File {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("kql-geo-ip-{}-{name}.mmdb", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        File(path)
    }

    fn run(&self, query: &str) -> Outcome {
        Session::builder().geo_ip(&self.0).build().run(query)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// The first column of the result, as text.
fn column(outcome: &Outcome) -> Vec<Option<String>> {
    assert!(outcome.is_ok(), "{:?} {:?}", outcome.diagnostics, outcome.internal);
    let of_batch = |batch: &arrow::record_batch::RecordBatch| {
        let texts = batch.column(0).as_string_view();
        (0..texts.len()).map(|i| texts.is_valid(i).then(|| texts.value(i).to_owned())).collect::<Vec<_>>()
    };
    outcome.results[0].batches.iter().flat_map(of_batch).collect()
}

fn message(outcome: &Outcome) -> String {
    outcome.diagnostics.iter().map(|d| format!("{} {}", d.code, d.message)).collect::<Vec<_>>().join("\n")
}

#[test]
fn constants() {
    let file = File::new("constants", &cities());
    let sydney =
        r#"{"country":"Australia","state":"New South Wales","city":"Sydney","latitude":-33.5,"longitude":151.0}"#;
    for (address, answer) in [
        ("20.53.203.50", Some(sydney)),
        (" 20.53.203.50 ", Some(sydney)),
        ("41.66.1.2", Some(r#"{"country":"Côte \"d'Ivoire\"","latitude":8.0,"longitude":-5.0}"#)),
        ("2a03:2880:f12c:83:face:b00c::25de", Some(r#"{"country":"United States","city":"Miami"}"#)),
        ("10.1.2.3", None),
        ("20.53.204.1", None),
        ("2001:db8::1", None),
        ("20.53.203", None),
        ("20.53.203.0/24", None),
        ("", None),
    ] {
        let outcome = file.run(&format!("print geo_info_from_ip_address('{address}')"));
        assert_eq!(column(&outcome), [answer.map(str::to_owned)], "{address}");
        assert_eq!(outcome.results[0].schema.columns[0].ty, kql_types::ScalarType::Dynamic);
    }
}

#[test]
fn columns() {
    let file = File::new("columns", &cities());
    let query = "datatable(Address:string)['41.66.1.2', 'x', '20.53.203.50', '41.66.9.9'] \
                 | extend Place = geo_info_from_ip_address(Address) \
                 | summarize Addresses = strcat_array(array_sort_asc(make_list(Address)), ' ') by Country = tostring(Place.country) \
                 | order by Country asc | project strcat(Country, ': ', Addresses)";
    let rows: Vec<String> = column(&file.run(query)).into_iter().flatten().collect();
    assert_eq!(rows, [": x", "Australia: 20.53.203.50", "Côte \"d'Ivoire\": 41.66.1.2 41.66.9.9"]);
}

#[test]
fn without_a_database() {
    let query = "print geo_info_from_ip_address('1.2.3.4')";
    let session = Session::builder().build();
    let message = message(&session.run(query));
    assert!(message.starts_with("KQ0001") && message.contains("--geo-ip FILE"), "{message}");
    assert!(session.check(query).diagnostics.is_empty());
}

#[test]
fn files_that_are_none() {
    let query = "print geo_info_from_ip_address('20.53.203.50')";
    for (name, bytes, why) in [
        ("empty", vec![], "no MaxMind database"),
        ("text", b"country,city".to_vec(), "no MaxMind database"),
        ("asn", database("GeoLite2-ASN", &[("1.0.0.0/8", map(&[]))]), "neither cities nor countries"),
        // The address leads to a record that is no map.
        ("wrong", database("X-City", &[("20.0.0.0/8", text("no place"))]), "damaged"),
    ] {
        let message = message(&File::new(name, &bytes).run(query));
        assert!(message.starts_with("KQ0007") && message.contains(why), "{name}: {message}");
    }
    let missing = Session::builder().geo_ip("/nowhere/there.mmdb").build();
    assert!(message(&missing.run(query)).contains("/nowhere/there.mmdb"));
    assert!(missing.run("print 1").is_ok(), "the file is read when it is needed");
}

#[test]
fn a_damaged_file_is_no_panic() {
    let good = cities();
    let query = "print geo_info_from_ip_address('20.53.203.50'), geo_info_from_ip_address('2a03:2880::1')";
    // Cut off, and with a byte changed, at many places.
    for i in (0..good.len()).step_by(29) {
        let mut changed = good.clone();
        changed[i] ^= 0xff;
        for bytes in [&changed[..], &good[..i]] {
            let outcome = File::new("damaged", bytes).run(query);
            assert!(outcome.is_ok() || message(&outcome).starts_with("KQ0007"), "{i}: {}", message(&outcome));
        }
    }
}
