#[test]
fn dump() {
    let mut out = String::new();
    for (k, s) in
        kql_functions::functions().map(|f| ("s", &f.spec)).chain(kql_aggregates::aggregates().map(|f| ("a", &f.spec)))
    {
        let sigs: Vec<String> = s.signatures.iter().map(|s| s.to_string()).collect();
        for n in std::iter::once(&s.name).chain(s.aliases) {
            out += &format!(
                "{}\n",
                serde_json::json!({"k":k,"name":n,"of":s.name,"rn":format!("{:?}",s.result_name),"sigs":sigs,"support":format!("{:?}",s.support)})
            );
        }
    }
    std::fs::write("/tmp/registry.jsonl", out).unwrap();
}
