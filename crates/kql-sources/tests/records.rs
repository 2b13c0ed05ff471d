//! Which table a record goes to, and what becomes of its values.

mod support;

use kql_catalog::Profile;
use kql_sources::{DecidedBy, Input, LoadOptions, load};
use kql_types::ScalarType as T;
use support::{Folder, column, extras, load_one, problems, try_load, types};

const PROCESS: &str = r#"{"time":"2026-11-21T17:03:25.4471903Z","tenantId":"7b1f4d5e-0000-4000-8000-00000000beef","operationName":"Publish","category":"AdvancedHunting-DeviceProcessEvents","_TimeReceivedBySvc":"2026-11-21T17:03:23.1Z","properties":{"Timestamp":"2026-11-21T17:03:21.698868Z","DeviceName":"ws-01","ActionType":"ProcessCreated","ProcessId":4312,"AdditionalFields":"{\"IntegrityLevel\": \"High\"}","ReportId":10221,"MachineGroup":"Unassigned","ProcessVersionInfoCompanyName":null},"Tenant":"DefaultTenant"}"#;

#[test]
fn streaming_records_go_to_the_table_of_their_category() {
    let lower = PROCESS.replace("AdvancedHunting-DeviceProcessEvents", "AdvancedHunting-deviceprocessevents");
    let unknown = PROCESS.replace("DeviceProcessEvents", "DeviceFutureEvents");
    let text = format!("{PROCESS}\n{{\"records\":[{lower},{PROCESS}]}}\n{unknown}\n");
    let loaded = load_one("capture.json", text);
    assert_eq!(problems(&loaded), [""; 0]);
    assert_eq!(loaded.report.records, 4);
    let tables: Vec<_> = loaded.report.files[0].tables.iter().map(|((t, by), n)| (&**t, *by, *n)).collect();
    assert_eq!(
        tables,
        [("DeviceFutureEvents", DecidedBy::Category, 1), ("DeviceProcessEvents", DecidedBy::Category, 3)]
    );
    let table = "DeviceProcessEvents";
    assert_eq!(column(&loaded, table, "Timestamp"), ["2026-11-21T17:03:21.6988680Z"; 3]);
    assert_eq!(column(&loaded, table, "TimeGenerated"), ["2026-11-21T17:03:21.6988680Z"; 3]);
    assert_eq!(column(&loaded, table, "TenantId"), ["7b1f4d5e-0000-4000-8000-00000000beef"; 3]);
    assert_eq!(column(&loaded, table, "Type"), [table; 3]);
    assert_eq!(column(&loaded, table, "ProcessId"), ["4312"; 3]);
    assert_eq!(column(&loaded, table, "MachineGroup"), ["Unassigned"; 3]);
    assert_eq!(column(&loaded, table, "ProcessVersionInfoCompanyName"), [""; 3]);
    assert_eq!(extras(&loaded, table), []);
    assert_eq!(types(&loaded, "DeviceFutureEvents", &["Timestamp", "ReportId"]), [T::Datetime, T::Long]);
    assert_eq!(loaded.newest.map(kql_types::datetime::format).as_deref(), Some("2026-11-21T17:03:21.6988680Z"));
}

#[test]
fn the_profile_decides_the_type_where_services_differ() {
    let value = |profile| {
        let loaded = try_load("x.json", PROCESS, profile).expect("load");
        (
            types(&loaded, "DeviceProcessEvents", &["AdditionalFields"])[0],
            column(&loaded, "DeviceProcessEvents", "AdditionalFields"),
        )
    };
    assert_eq!(value(Profile::Defender), (T::String, vec![r#"{"IntegrityLevel": "High"}"#.to_owned()]));
    assert_eq!(value(Profile::Sentinel), (T::Dynamic, vec![r#"{"IntegrityLevel":"High"}"#.to_owned()]));
}

#[test]
fn a_table_of_the_other_service_keeps_its_schema() {
    let text = r#"{"TimeGenerated":"2026-11-21","Type":"SecurityIncident","IncidentNumber":"7","Labels":"[]"}"#;
    let loaded = try_load("x.json", text, Profile::Defender).expect("load");
    assert!(loaded.tables["SecurityIncident"].known);
    assert_eq!(types(&loaded, "SecurityIncident", &["IncidentNumber", "Labels"]), [T::Int, T::Dynamic]);
}

#[test]
fn log_analytics_records_go_to_the_table_of_their_type() {
    let text = concat!(
        r#"{"TimeGenerated":"2026-11-21T10:00:00Z","Type":"SigninLogs","DeviceDetail":"{\"os\":\"x\"}","ResultType":0,"Mine":true}"#,
        "\n",
        r#"{"TimeGenerated":"2026-11-21T11:00:00Z","Type":"Custom_CL","Level_s":"4"}"#,
        "\n",
        r#"{"Type":"Information","Message":"no table"}"#,
        "\n",
    );
    let loaded = load_one("export.json", text);
    assert_eq!(problems(&loaded), [""; 0]);
    assert_eq!(loaded.tables.keys().map(|k| &**k).collect::<Vec<_>>(), ["Custom_CL", "SigninLogs", "export"]);
    assert_eq!(column(&loaded, "SigninLogs", "DeviceDetail"), [r#"{"os":"x"}"#]);
    assert_eq!(column(&loaded, "SigninLogs", "ResultType"), ["0"]);
    assert_eq!(column(&loaded, "SigninLogs", "Timestamp"), ["2026-11-21T10:00:00.0000000Z"]);
    assert_eq!(extras(&loaded, "SigninLogs"), [("Mine".to_owned(), T::Bool)]);
    assert_eq!(column(&loaded, "export", "Type"), ["Information"]);
}

#[test]
fn each_time_column_stands_in_where_the_other_is_missing() {
    let text = concat!(
        r#"{"Type":"DeviceInfo","TimeGenerated":"2026-11-21","Timestamp":"2026-11-20"}"#,
        "\n",
        r#"{"Type":"DeviceInfo","TimeGenerated":"2026-11-22"}"#,
        "\n",
        r#"{"Type":"DeviceInfo","Timestamp":"2026-11-23"}"#,
        "\n",
        r#"{"Type":"DeviceInfo"}"#,
    );
    let loaded = load_one("x.json", text);
    let day = |n: u32| format!("2026-11-{n}T00:00:00.0000000Z");
    assert_eq!(column(&loaded, "DeviceInfo", "Timestamp"), [day(20), day(22), day(23), "null".into()]);
    assert_eq!(column(&loaded, "DeviceInfo", "TimeGenerated"), [day(21), day(22), day(23), "null".into()]);
}

#[test]
fn the_user_has_the_first_word_and_the_file_name_speaks_before_columns() {
    let folder = Folder::new();
    let path = folder.write("DeviceInfo-2026-11-21.json", PROCESS);
    let given = Input { table: Some("Mine".into()), path };
    let loaded = load(&[given], &LoadOptions::default()).expect("load");
    assert_eq!(loaded.tables.keys().map(|k| &**k).collect::<Vec<_>>(), ["Mine"]);
    assert_eq!(column(&loaded, "Mine", "DeviceName"), ["ws-01"]);
    let flat = r#"{"Timestamp":"2026-11-21","DeviceName":"a","OSPlatform":"x"}"#;
    assert_eq!(column(&load_one("DeviceInfo-2026-11-21.json", flat), "DeviceInfo", "OSPlatform"), ["x"]);
}

#[test]
fn flat_events_of_several_tables_are_told_apart() {
    let union = |ty: &str, filled: &str| {
        format!(
            r#"{{"Timestamp":"2026-11-21","DeviceId":"d","ActionType":"{ty}",{filled},"AdditionalFields_dynamic":null,"RawEventData":null,"OSPlatform":""}}"#
        )
    };
    let text = [
        union("LdapSearch", r#""InitiatingProcessFileName":"powershell.exe","AdditionalFields_string":"{\"a\":1}""#),
        union("RegistryValueSet", r#""RegistryKey":"HKLM","RegistryValueName":"x","AdditionalFields_string":"""#),
        union("Unheard", r#""Nothing":"x","Else":"y","Matters":1"#),
    ];
    let loaded = load_one("mixed.json", text.join("\n"));
    assert_eq!(
        loaded.tables.keys().map(|k| &**k).collect::<Vec<_>>(),
        ["DeviceEvents", "DeviceRegistryEvents", "mixed"]
    );
    assert_eq!(column(&loaded, "DeviceEvents", "AdditionalFields"), [r#"{"a":1}"#]);
    assert_eq!(column(&loaded, "DeviceEvents", "AdditionalFields_string"), [r#"{"a":1}"#]);
    assert_eq!(column(&loaded, "mixed", "Matters"), ["1"]);
    assert_eq!(loaded.report.files[0].tables.keys().map(|k| k.1).collect::<Vec<_>>()[0], DecidedBy::Columns);
}

#[test]
fn values_that_do_not_fit_are_null_and_reported_with_their_line() {
    let text = concat!(
        r#"{"Type":"SecurityEvent","TimeGenerated":"2026-11-21","EventID":4624,"LogonType":"3"}"#,
        "\n\n",
        r#"{"Type":"SecurityEvent","TimeGenerated":"soon","EventID":"many","LogonType":"","EventID":1}"#,
        "\n",
    );
    let loaded = load_one("x.json", text);
    assert_eq!(column(&loaded, "SecurityEvent", "EventID"), ["4624", "null"]);
    assert_eq!(column(&loaded, "SecurityEvent", "LogonType"), ["3", "null"]);
    assert_eq!(
        problems(&loaded),
        [
            "3: SecurityEvent: the value of TimeGenerated is no datetime, null instead: soon",
            "3: SecurityEvent: the value of EventID is no int, null instead: many",
            "3: SecurityEvent: the key EventID occurs twice; the first value is kept",
        ]
    );
    assert_eq!(loaded.report.problem_total, 3);
    assert!(loaded.report.problems[0].file.ends_with("x.json"));
}

#[test]
fn records_that_cannot_be_read_are_left_out_and_reported() {
    let text = "{\"a\":1}\n{\"a\":2\nnull\n[{\"a\":3},{\"a\":4}]\n{\"a\":5} {\"a\":6}\n\"text\"\n{\"a\":tru}\n{\"a\":7";
    let loaded = load_one("x.json", text);
    assert_eq!(column(&loaded, "x", "a"), ["1", "3", "4", "5", "6"]);
    let lines: Vec<_> = loaded.report.problems.iter().map(|p| p.line).collect();
    assert_eq!(lines, [2, 3, 6, 7, 8]);
}

#[test]
fn unknown_tables_get_the_narrowest_types_over_all_files() {
    let folder = Folder::new();
    folder.write("a/log.json", "{\"n\":1,\"t\":\"2026-11-21\",\"b\":true,\"o\":{\"x\":1},\"mixed\":1,\"late\":null}\n");
    folder.write(
        "b/log.json",
        "{\"n\":2.5,\"t\":\"2026-11-22T01:02:03Z\",\"b\":false,\"o\":[],\"mixed\":\"x\"}\n{\"late\":\"here\"}\n",
    );
    folder.write("c/log.csv", "n,t,late\n3,,x\n");
    let loaded = folder.load();
    assert_eq!(
        types(&loaded, "log", &["n", "t", "b", "o", "mixed", "late"]),
        [T::Real, T::Datetime, T::Bool, T::Dynamic, T::String, T::String]
    );
    assert_eq!(column(&loaded, "log", "n"), ["1.0", "2.5", "null", "3.0"]);
    assert_eq!(column(&loaded, "log", "mixed"), ["1", "x", "", ""]);
    assert_eq!(column(&loaded, "log", "o"), ["{\"x\":1}", "[]", "null", "null"]);
    assert_eq!(column(&loaded, "log", "late"), ["", "", "here", "x"]);
    let schema = &loaded.tables["log"].arrow_schema;
    assert_eq!(schema.field(0).metadata()[kql_sources::KQL_TYPE], "real");
    assert!(!schema.field_with_name("late").expect("late").is_nullable());
}

#[test]
fn keys_without_end_do_not_become_columns_without_end() {
    let mut text = String::new();
    for i in 0..5_000 {
        text.push_str(&format!("{{\"k{i}\":{i},\"same\":\"x\"}}\n"));
    }
    let loaded = load_one("x.json", text);
    let table = &loaded.tables["x"];
    assert_eq!(table.rows, 5_000);
    assert!(table.schema.columns.len() <= 2_001, "{}", table.schema.columns.len());
    let rest = column(&loaded, "x", "_OverflowColumns");
    assert_eq!(rest[4_999], "{\"k4999\":4999}");
    assert_eq!(column(&loaded, "x", "same"), vec!["x"; 5_000]);
}

#[test]
fn odd_keys_are_columns_too() {
    let loaded = load_one("x.json", r#"{"a b":1,"é":2,"":3,"q\"uote":4,"tab\t":5,"\u0041":6}"#);
    let names: Vec<_> = loaded.tables["x"].schema.names().map(str::to_owned).collect();
    assert_eq!(names, ["a b", "é", "", "q\"uote", "tab\t", "A"]);
}

#[test]
fn a_table_nobody_knows_that_fits_a_published_one_gives_a_hint() {
    let record = r#"{"TimeGenerated":"2026-11-21","Type":"Application","AADOperationType":"Update","AADTenantId":"t","ActivityDisplayName":"x","InitiatedBy":"{}","LoggedByService":"Core","TargetResources":"[]","Resource":"r","ResourceGroup":"g"}"#;
    let loaded = load_one("x.json", record);
    assert_eq!(loaded.tables.keys().map(|k| &**k).collect::<Vec<_>>(), ["Application"]);
    assert_eq!(loaded.report.hints.len(), 1);
    assert!(loaded.report.hints[0].contains("the columns of AuditLogs"), "{:?}", loaded.report.hints);
}
