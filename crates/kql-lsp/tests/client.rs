//! A scripted client: the server over a connection in memory.

use kql_bind::{Catalog, StoredFunction};
use kql_lsp::{Options, serve};
use kql_types::function::{FunctionKind, FunctionSpec};
use kql_types::{Column, RowSchema, ScalarType};
use lsp_server::{Connection, Message, Notification, Request, Response};
use serde_json::{Value, json};
use std::sync::Arc;

static STRLEN: FunctionSpec =
    FunctionSpec::new("strlen", FunctionKind::Scalar, &["(text:text) -> long"], "The number of characters.");

#[derive(Debug)]
struct OneTable;

impl Catalog for OneTable {
    fn table(&self, _database: Option<&str>, name: &str) -> Option<RowSchema> {
        let columns =
            [("Timestamp", ScalarType::Datetime), ("DeviceName", ScalarType::String), ("Ä", ScalarType::Long)];
        (name == "Events").then(|| columns.into_iter().map(|(n, t)| Column::new(n, t)).collect())
    }
    fn table_names(&self, _database: Option<&str>) -> Vec<Arc<str>> {
        vec![Arc::from("Events")]
    }
    fn database(&self, _cluster: Option<&str>, _name: &str) -> Option<Arc<str>> {
        None
    }
    fn current_database(&self) -> &str {
        "db"
    }
    fn scalar_function(&self, name: &str) -> Option<&'static FunctionSpec> {
        (name == "strlen").then_some(&STRLEN)
    }
    fn aggregate(&self, _name: &str) -> Option<&'static FunctionSpec> {
        None
    }
    fn function_names(&self) -> Vec<&'static str> {
        vec!["strlen"]
    }
    fn stored_function(&self, _database: Option<&str>, _name: &str) -> Option<StoredFunction> {
        None
    }
}

const URI: &str = "file:///hunt.kql";

/// The client's end, after the handshake, with one text open.
struct Client {
    connection: Connection,
    next: i32,
    published: Vec<Value>,
    capabilities: Value,
}

impl Client {
    fn request(&mut self, method: &str, params: Value) -> Response {
        self.next += 1;
        let id = lsp_server::RequestId::from(self.next);
        let request = Request { id: id.clone(), method: method.to_owned(), params };
        self.connection.sender.send(Message::Request(request)).expect("the server runs");
        loop {
            match self.connection.receiver.recv().expect("the server runs") {
                Message::Response(response) if response.id == id => return response,
                Message::Notification(n) if n.method == "textDocument/publishDiagnostics" => {
                    self.published.push(n.params)
                }
                other => panic!("unexpected {other:?}"),
            }
        }
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        let response = serde_json::to_value(self.request(method, params)).expect("JSON");
        assert!(response.get("error").is_none(), "{method}: {response}");
        response.get("result").cloned().unwrap_or(Value::Null)
    }

    fn at(&mut self, method: &str, line: u32, character: u32) -> Value {
        let position = json!({ "textDocument": { "uri": URI }, "position": { "line": line, "character": character } });
        self.ask(method, position)
    }

    fn whole(&mut self, method: &str) -> Value {
        self.ask(method, json!({ "textDocument": { "uri": URI } }))
    }

    fn note(&mut self, method: &str, params: Value) {
        let notification = Notification { method: method.to_owned(), params };
        self.connection.sender.send(Message::Notification(notification)).expect("the server runs");
    }

    fn open(&mut self, text: &str) -> Value {
        let document = json!({ "uri": URI, "languageId": "kusto", "version": 1, "text": text });
        self.note("textDocument/didOpen", json!({ "textDocument": document }));
        self.diagnostics()
    }

    fn change(&mut self, version: i32, changes: Value) -> Value {
        let document = json!({ "uri": URI, "version": version });
        self.note("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
        self.diagnostics()
    }

    /// The next diagnostics that come.
    fn diagnostics(&mut self) -> Value {
        match self.connection.receiver.recv().expect("the server runs") {
            Message::Notification(n) => {
                assert_eq!(n.params["uri"], URI);
                n.params["diagnostics"].clone()
            }
            other => panic!("unexpected {other:?}"),
        }
    }
}

/// Runs a script against a server.
fn client(script: impl FnOnce(&mut Client)) {
    let (server, connection) = Connection::memory();
    let thread = std::thread::Builder::new()
        .stack_size(16 << 20)
        .spawn(move || serve(&server, &OneTable, &Options::default()).map_err(|e| e.to_string()))
        .expect("a thread");
    let mut client = Client { connection, next: 0, published: Vec::new(), capabilities: Value::Null };
    let item = json!({ "snippetSupport": true });
    let capabilities = json!({ "textDocument": { "completion": { "completionItem": item } } });
    let result = client.ask("initialize", json!({ "processId": null, "rootUri": null, "capabilities": capabilities }));
    assert_eq!(result["serverInfo"]["name"], "kql");
    client.capabilities = result["capabilities"].clone();
    client.note("initialized", json!({}));
    script(&mut client);
    assert_eq!(client.ask("shutdown", Value::Null), Value::Null);
    client.note("exit", Value::Null);
    assert_eq!(thread.join().expect("no panic"), Ok(()));
}

fn labels(completion: &Value) -> Vec<&str> {
    completion["items"].as_array().expect("a list").iter().filter_map(|i| i["label"].as_str()).collect()
}

#[test]
fn says_what_it_can_do() {
    client(|c| {
        for feature in [
            "completionProvider",
            "hoverProvider",
            "definitionProvider",
            "documentSymbolProvider",
            "signatureHelpProvider",
            "semanticTokensProvider",
            "documentFormattingProvider",
            "codeActionProvider",
        ] {
            assert!(!c.capabilities[feature].is_null(), "{feature}");
        }
        assert_eq!(c.capabilities["textDocumentSync"], 2, "incremental");
    });
}

#[test]
fn diagnostics_follow_the_text_and_offer_the_name_that_was_meant() {
    client(|c| {
        let found = c.open("Events\n| where '🙂' == DeviceNam");
        assert_eq!(found[0]["code"], "SEM0100");
        assert_eq!(found[0]["severity"], 1);
        assert_eq!(found[0]["source"], "kql");
        let range = json!({ "start": { "line": 1, "character": 16 }, "end": { "line": 1, "character": 25 } });
        assert_eq!(found[0]["range"], range, "UTF-16 units");
        assert!(found[0]["message"].as_str().is_some_and(|m| m.contains("did you mean 'DeviceName'?")));
        let actions = c.ask(
            "textDocument/codeAction",
            json!({ "textDocument": { "uri": URI }, "range": range, "context": { "diagnostics": [] } }),
        );
        assert_eq!(actions[0]["title"], "Write 'DeviceName'");
        assert_eq!(actions[0]["edit"]["changes"][URI][0], json!({ "range": range, "newText": "DeviceName" }));
        let end = json!({ "line": 1, "character": 25 });
        assert_eq!(c.change(2, json!([{ "range": { "start": end, "end": end }, "text": "e" }])), json!([]));
        assert_eq!(c.change(3, json!([{ "text": "Nothing" }]))[0]["code"], "SEM0100");
    });
}

#[test]
fn completion_replaces_the_word_and_knows_the_columns() {
    client(|c| {
        c.open("let x = 1;\r\nEvents | where '🙂' != Dev | take 5");
        let found = c.at("textDocument/completion", 1, 26);
        assert_eq!(labels(&found)[0], "DeviceName");
        let item = &found["items"][0];
        assert_eq!(item["detail"], "string");
        assert_eq!(item["textEdit"]["newText"], "DeviceName");
        assert_eq!(
            item["textEdit"]["range"],
            json!({ "start": { "line": 1, "character": 23 }, "end": { "line": 1, "character": 26 } })
        );
        let after_bar = c.at("textDocument/completion", 1, 29);
        assert_eq!(labels(&after_bar)[0], "where");
        c.change(2, json!([{ "text": "Events | extend n = strl" }]));
        let found = c.at("textDocument/completion", 0, 24);
        let item = found["items"][0].clone();
        assert_eq!(item["textEdit"]["newText"], "strlen($0)");
        assert_eq!(item["insertTextFormat"], 2);
        assert!(item.get("documentation").is_none(), "pages come when asked for");
        let resolved = c.ask("completionItem/resolve", item);
        assert!(resolved["documentation"]["value"].as_str().is_some_and(|p| p.contains("The number of characters.")));
    });
}

#[test]
fn hover_definition_symbols_and_signatures() {
    client(|c| {
        c.open(
            "let f = (n:long) { n + 1 };\nlet Recent = Events | take 5;\nRecent\n| extend x = f(strlen(DeviceName))",
        );
        let hover = |found: &Value| found["contents"]["value"].as_str().unwrap_or("").to_owned();
        assert!(hover(&c.at("textDocument/hover", 3, 24)).contains("DeviceName: string"));
        assert!(hover(&c.at("textDocument/hover", 3, 17)).contains("strlen(text: text) -> long"));
        assert!(hover(&c.at("textDocument/hover", 3, 4)).contains("Adds or replaces columns."));
        assert!(hover(&c.at("textDocument/hover", 2, 3)).contains("Timestamp: datetime"));
        assert!(hover(&c.at("textDocument/hover", 1, 14)).contains("table of 3 columns"));
        assert!(hover(&c.at("textDocument/hover", 1, 6)).contains("table of 3 columns"), "where it is declared");
        assert!(hover(&c.at("textDocument/hover", 3, 13)).contains("f(n:long)"));
        assert_eq!(c.at("textDocument/hover", 3, 0), Value::Null);
        let definition = c.at("textDocument/definition", 2, 2);
        assert_eq!(definition["range"]["start"], json!({ "line": 1, "character": 4 }));
        let symbols = c.whole("textDocument/documentSymbol");
        assert_eq!(symbols[0]["name"], "f");
        assert_eq!(symbols[0]["children"][0]["name"], "n");
        assert_eq!(symbols[2]["name"], "Recent");
        let help = c.at("textDocument/signatureHelp", 3, 23);
        assert_eq!(help["signatures"][0]["label"], "strlen(text: text) -> long");
        let help = c.at("textDocument/signatureHelp", 3, 15);
        assert_eq!(help["signatures"][0]["label"], "f(n:long)");
        assert_eq!(help["activeParameter"], 0);
    });
}

#[test]
fn semantic_tokens_are_relative_and_within_their_lines() {
    client(|c| {
        c.open("Events // ü\n| where x == ```a\n🙂b```");
        let data = c.whole("textDocument/semanticTokens/full")["data"].clone();
        let numbers: Vec<u64> = data.as_array().expect("numbers").iter().filter_map(Value::as_u64).collect();
        let (mut line, mut start) = (0, 0);
        let mut found = Vec::new();
        for token in numbers.chunks(5) {
            line += token[0];
            start = if token[0] == 0 { start + token[1] } else { token[1] };
            found.push((line, start, token[2], token[3]));
        }
        let wanted = [
            (0, 0, 6, 3),
            (0, 7, 4, 7),
            (1, 0, 1, 1),
            (1, 2, 5, 0),
            (1, 8, 1, 3),
            (1, 10, 2, 1),
            (1, 13, 4, 6),
            (2, 0, 6, 6),
        ];
        assert_eq!(found, wanted);
    });
}

#[test]
fn formatting_loses_nothing() {
    client(|c| {
        c.open("Events|where   DeviceName has'x' // why\n|count");
        let params = json!({ "textDocument": { "uri": URI }, "options": { "tabSize": 4, "insertSpaces": true } });
        let edits = c.ask("textDocument/formatting", params.clone());
        assert_eq!(edits[0]["newText"], "Events\n| where DeviceName has 'x' // why\n| count\n");
        c.change(2, json!([{ "text": "Events | where" }]));
        assert_eq!(c.ask("textDocument/formatting", params), Value::Null, "a text with mistakes stays as it is");
    });
}

#[test]
fn bad_requests_are_answered_with_errors_and_the_server_goes_on() {
    client(|c| {
        let unknown = serde_json::to_value(c.request("textDocument/nothing", json!({}))).expect("JSON");
        assert_eq!(unknown["error"]["code"], -32601);
        let wrong = serde_json::to_value(c.request("textDocument/hover", json!({ "position": 5 }))).expect("JSON");
        assert_eq!(wrong["error"]["code"], -32602);
        assert_eq!(c.at("textDocument/hover", 0, 0), Value::Null, "a text that is not open");
        c.note("textDocument/didChange", json!({ "broken": true }));
        c.open("Events");
        assert_eq!(labels(&c.at("textDocument/completion", 900, 900)), ["Events"]);
    });
}
