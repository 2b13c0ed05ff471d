//! The loop: messages in, answers out.

use crate::document::Document;
use crate::{answer, diagnostics, semantic};
use kql_bind::Catalog;
use kql_language::CompleteOptions;
use lsp_server::{Connection, ErrorCode, Message, Notification, ProtocolError, Request, RequestId, Response};
use lsp_types::notification::{
    DidChangeTextDocument, DidCloseTextDocument, DidOpenTextDocument, Notification as _, PublishDiagnostics,
};
use lsp_types::request::{
    CodeActionRequest, Completion, DocumentSymbolRequest, FoldingRangeRequest, Formatting, GotoDefinition,
    HoverRequest, Request as _, ResolveCompletionItem, SemanticTokensFullRequest, SignatureHelpRequest,
};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CompletionOptions, DocumentSymbolResponse,
    FoldingRangeProviderCapability, GotoDefinitionResponse, HoverProviderCapability, InitializeParams, Location, OneOf,
    PublishDiagnosticsParams, SemanticTokens, SemanticTokensFullOptions, SemanticTokensOptions,
    SemanticTokensServerCapabilities, ServerCapabilities, SignatureHelpOptions, TextDocumentPositionParams,
    TextDocumentSyncCapability, TextDocumentSyncKind, Uri,
};
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What the caller of [`serve`] decides.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What a run would refuse is an error, too, and names of columns are those a run gives: for work over loaded data.
    pub run: bool,
}

/// Why a server stopped before its client said so.
#[derive(Debug)]
pub enum ServeError {
    /// The client broke the protocol, or went away.
    Protocol(ProtocolError),
    /// A value could not be written or read as JSON.
    Json(serde_json::Error),
    /// Standard input or output broke.
    Io(std::io::Error),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ServeError::Protocol(e) => write!(f, "language server: {e}"),
            ServeError::Json(e) => write!(f, "language server: {e}"),
            ServeError::Io(e) => write!(f, "language server: {e}"),
        }
    }
}

impl std::error::Error for ServeError {}

/// Serves one client over standard input and output until it says `exit`.
///
/// # Errors
/// When the client breaks the protocol or the pipe.
pub fn serve_stdio(catalog: &dyn Catalog, options: &Options) -> Result<(), ServeError> {
    let (connection, threads) = Connection::stdio();
    serve(&connection, catalog, options)?;
    // The writer ends when its channel does.
    drop(connection);
    threads.join().map_err(ServeError::Io)
}

/// Serves one client over a connection until it says `exit`.
///
/// # Errors
/// When the client breaks the protocol.
pub fn serve(connection: &Connection, catalog: &dyn Catalog, options: &Options) -> Result<(), ServeError> {
    let (id, params) = connection.initialize_start().map_err(ServeError::Protocol)?;
    let client: InitializeParams = serde_json::from_value(params).map_err(ServeError::Json)?;
    let result = serde_json::json!({
        "capabilities": capabilities(),
        "serverInfo": { "name": "kql", "version": env!("CARGO_PKG_VERSION") },
    });
    connection.initialize_finish(id, result).map_err(ServeError::Protocol)?;
    let snippets = client.capabilities.text_document.and_then(|t| t.completion).and_then(|c| c.completion_item);
    let snippets = snippets.and_then(|i| i.snippet_support).unwrap_or(false);
    let mut server =
        Server { connection, catalog, options, snippets, documents: BTreeMap::new(), changed: BTreeSet::new() };
    server.run()
}

fn capabilities() -> ServerCapabilities {
    let triggers = |list: &[&str]| Some(list.iter().map(|t| (*t).to_owned()).collect());
    ServerCapabilities {
        text_document_sync: Some(TextDocumentSyncCapability::Kind(TextDocumentSyncKind::INCREMENTAL)),
        completion_provider: Some(CompletionOptions {
            resolve_provider: Some(true),
            trigger_characters: triggers(&["|", " ", ".", "(", ",", "=", "$", "!"]),
            ..CompletionOptions::default()
        }),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        signature_help_provider: Some(SignatureHelpOptions {
            trigger_characters: triggers(&["(", ","]),
            ..SignatureHelpOptions::default()
        }),
        definition_provider: Some(OneOf::Left(true)),
        document_symbol_provider: Some(OneOf::Left(true)),
        document_formatting_provider: Some(OneOf::Left(true)),
        folding_range_provider: Some(FoldingRangeProviderCapability::Simple(true)),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QUICKFIX]),
            ..CodeActionOptions::default()
        })),
        semantic_tokens_provider: Some(SemanticTokensServerCapabilities::SemanticTokensOptions(
            SemanticTokensOptions {
                legend: semantic::legend(),
                full: Some(SemanticTokensFullOptions::Bool(true)),
                ..SemanticTokensOptions::default()
            },
        )),
        ..ServerCapabilities::default()
    }
}

struct Server<'a> {
    connection: &'a Connection,
    catalog: &'a dyn Catalog,
    options: &'a Options,
    snippets: bool,
    documents: BTreeMap<Uri, Document>,
    /// Texts whose diagnostics are not out yet.
    changed: BTreeSet<Uri>,
}

impl Server<'_> {
    fn run(&mut self) -> Result<(), ServeError> {
        while let Ok(message) = self.connection.receiver.recv() {
            match message {
                Message::Request(request) => {
                    if self.connection.handle_shutdown(&request).map_err(ServeError::Protocol)? {
                        return Ok(());
                    }
                    let response = self.answer(request);
                    self.send(Message::Response(response));
                }
                Message::Notification(notification) => self.note(notification),
                Message::Response(_) => {}
            }
            if self.connection.receiver.is_empty() {
                self.publish();
            }
        }
        Ok(())
    }

    /// A client that does not listen any more will close its end, too.
    fn send(&self, message: Message) {
        let _ = self.connection.sender.send(message);
    }

    fn note(&mut self, notification: Notification) {
        match notification.method.as_str() {
            DidOpenTextDocument::METHOD => {
                if let Some(p) = params::<lsp_types::DidOpenTextDocumentParams>(notification.params) {
                    let document = p.text_document;
                    self.documents.insert(document.uri.clone(), Document::new(document.text, document.version));
                    self.changed.insert(document.uri);
                }
            }
            DidChangeTextDocument::METHOD => {
                if let Some(p) = params::<lsp_types::DidChangeTextDocumentParams>(notification.params)
                    && let Some(document) = self.documents.get_mut(&p.text_document.uri)
                {
                    document.version = p.text_document.version;
                    for change in p.content_changes {
                        document.change(change);
                    }
                    self.changed.insert(p.text_document.uri);
                }
            }
            DidCloseTextDocument::METHOD => {
                if let Some(p) = params::<lsp_types::DidCloseTextDocumentParams>(notification.params) {
                    let uri = p.text_document.uri;
                    self.documents.remove(&uri);
                    self.changed.remove(&uri);
                    self.publish_one(uri, Vec::new(), None);
                }
            }
            _ => {}
        }
    }

    fn publish(&mut self) {
        for uri in std::mem::take(&mut self.changed) {
            if let Some(document) = self.documents.get(&uri) {
                let found = diagnostics::diagnostics(document, &uri, self.catalog, self.options.run);
                self.publish_one(uri, found, Some(document.version));
            }
        }
    }

    fn publish_one(&self, uri: Uri, diagnostics: Vec<lsp_types::Diagnostic>, version: Option<i32>) {
        let params = PublishDiagnosticsParams { uri, diagnostics, version };
        self.send(Message::Notification(Notification::new(PublishDiagnostics::METHOD.to_owned(), params)));
    }

    fn answer(&self, request: Request) -> Response {
        let Request { id, method, params } = request;
        match method.as_str() {
            Completion::METHOD => self.at(id, params, |document, p: lsp_types::CompletionParams| {
                let options = CompleteOptions { run: self.options.run, ..CompleteOptions::default() };
                let position = p.text_document_position.position;
                Some(answer::completion(document, position, self.catalog, &options, self.snippets))
            }),
            ResolveCompletionItem::METHOD => match serde_json::from_value(params) {
                Ok(item) => Response::new_ok(id, answer::resolve(item, self.catalog)),
                Err(e) => invalid(id, &e),
            },
            HoverRequest::METHOD => self.at(id, params, |document, p: lsp_types::HoverParams| {
                answer::hover(document, p.text_document_position_params.position, self.catalog)
            }),
            SignatureHelpRequest::METHOD => self.at(id, params, |document, p: lsp_types::SignatureHelpParams| {
                answer::signature_help(document, p.text_document_position_params.position, self.catalog)
            }),
            GotoDefinition::METHOD => self.at(id, params, |document, p: lsp_types::GotoDefinitionParams| {
                let TextDocumentPositionParams { text_document, position } = p.text_document_position_params;
                let span = kql_language::definition(&document.text, document.offset(position))?;
                let location = Location { uri: text_document.uri, range: document.range(span) };
                Some(GotoDefinitionResponse::Scalar(location))
            }),
            DocumentSymbolRequest::METHOD => self.at(id, params, |document, _: lsp_types::DocumentSymbolParams| {
                Some(DocumentSymbolResponse::Nested(answer::symbols(document)))
            }),
            FoldingRangeRequest::METHOD => {
                self.at(id, params, |document, _: lsp_types::FoldingRangeParams| Some(answer::folding(document)))
            }
            SemanticTokensFullRequest::METHOD => self.at(id, params, |document, _: lsp_types::SemanticTokensParams| {
                Some(SemanticTokens { result_id: None, data: semantic::tokens(document) })
            }),
            Formatting::METHOD => self.at(id, params, |document, p: lsp_types::DocumentFormattingParams| {
                answer::format(document, &p.options)
            }),
            CodeActionRequest::METHOD => self.at(id, params, |document, p: lsp_types::CodeActionParams| {
                let uri = &p.text_document.uri;
                Some(diagnostics::actions(document, uri, p.range, self.catalog, self.options.run))
            }),
            _ => Response::new_err(id, ErrorCode::MethodNotFound as i32, format!("'{method}' is not known here")),
        }
    }

    /// Answers a question about an open text; `null` when the text is not open or there is no answer.
    fn at<P: DeserializeOwned + Named, R: serde::Serialize>(
        &self,
        id: RequestId,
        params: serde_json::Value,
        ask: impl FnOnce(&Document, P) -> Option<R>,
    ) -> Response {
        match serde_json::from_value::<P>(params) {
            Ok(params) => {
                let found = self.documents.get(params.uri()).and_then(|document| ask(document, params));
                Response::new_ok(id, found)
            }
            Err(e) => invalid(id, &e),
        }
    }
}

fn invalid(id: RequestId, error: &serde_json::Error) -> Response {
    Response::new_err(id, ErrorCode::InvalidParams as i32, error.to_string())
}

/// Notifications that cannot be read cannot be answered, either: they are left out.
fn params<P: DeserializeOwned>(value: serde_json::Value) -> Option<P> {
    serde_json::from_value(value).ok()
}

/// Parameters that name a text.
trait Named {
    fn uri(&self) -> &Uri;
}

macro_rules! named {
    ($($params:ident: $($field:ident).+;)*) => {
        $(impl Named for lsp_types::$params {
            fn uri(&self) -> &Uri {
                &self.$($field).+.uri
            }
        })*
    };
}

named! {
    CompletionParams: text_document_position.text_document;
    HoverParams: text_document_position_params.text_document;
    SignatureHelpParams: text_document_position_params.text_document;
    GotoDefinitionParams: text_document_position_params.text_document;
    DocumentSymbolParams: text_document;
    FoldingRangeParams: text_document;
    SemanticTokensParams: text_document;
    DocumentFormattingParams: text_document;
    CodeActionParams: text_document;
}
