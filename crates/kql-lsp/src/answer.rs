//! Answers of `kql-language` as the protocol's values.

use crate::document::Document;
use kql_bind::Catalog;
use kql_language::{CompleteOptions, Item, ItemKind, Symbol, SymbolKind, complete};
use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionItemLabelDetails, CompletionList, CompletionResponse,
    CompletionTextEdit, DocumentSymbol, Documentation, FoldingRange, FoldingRangeKind, FormattingOptions, Hover,
    HoverContents, InsertTextFormat, MarkupContent, MarkupKind, ParameterInformation, ParameterLabel, Position,
    SignatureHelp, SignatureInformation, TextEdit,
};

pub(crate) fn markdown(value: String) -> MarkupContent {
    MarkupContent { kind: MarkupKind::Markdown, value }
}

/// Completion. Pages of functions are long and come when an item is looked at ([`resolve`]).
pub(crate) fn completion(
    document: &Document,
    position: Position,
    catalog: &dyn Catalog,
    options: &CompleteOptions,
    snippets: bool,
) -> CompletionResponse {
    let found = complete(&document.text, document.offset(position), catalog, options);
    let range = document.range(found.replace);
    // Clients match what they replace, quotes and all.
    let replaced = found.replace.text(&document.text);
    let quote = if replaced.starts_with('[') { replaced.get(..2).unwrap_or("") } else { "" };
    let item = |(at, item): (usize, Item)| {
        let (text, format) = match item.snippet {
            Some(snippet) if snippets => (snippet, InsertTextFormat::SNIPPET),
            _ => (item.insert, InsertTextFormat::PLAIN_TEXT),
        };
        let has_page = has_page(item.kind);
        CompletionItem {
            kind: Some(kind(item.kind)),
            label_details: (!item.detail.is_empty() && item.kind == ItemKind::Column)
                .then(|| CompletionItemLabelDetails { detail: None, description: Some(item.detail.clone()) }),
            detail: (!item.detail.is_empty()).then_some(item.detail),
            documentation: (!item.documentation.is_empty() && !has_page)
                .then(|| Documentation::MarkupContent(markdown(item.documentation))),
            // The order is ours, whatever the client thinks of the letters.
            sort_text: Some(format!("{at:05}")),
            filter_text: Some(format!("{quote}{}", item.label)),
            insert_text_format: Some(format),
            text_edit: Some(CompletionTextEdit::Edit(TextEdit { range, new_text: text })),
            data: has_page.then(|| serde_json::Value::String(item.kind.name().to_owned())),
            label: item.label,
            ..CompletionItem::default()
        }
    };
    let items = found.items.into_iter().enumerate().map(item).collect();
    CompletionResponse::List(CompletionList { is_incomplete: false, items })
}

fn has_page(kind: ItemKind) -> bool {
    matches!(kind, ItemKind::Function | ItemKind::Aggregate | ItemKind::Operator | ItemKind::Plugin)
}

/// The page of an item.
pub(crate) fn resolve(mut item: CompletionItem, catalog: &dyn Catalog) -> CompletionItem {
    let page = match item.data.as_ref().and_then(|d| d.as_str()) {
        Some("operator") => kql_language::operator_page(&item.label).map(|page| page.markdown()),
        Some("plugin") => kql_language::plugin_page(&item.label),
        Some("function" | "aggregate") => kql_language::function_page(catalog, &item.label),
        _ => None,
    };
    if let Some(page) = page {
        item.documentation = Some(Documentation::MarkupContent(markdown(page)));
    }
    item
}

fn kind(kind: ItemKind) -> CompletionItemKind {
    match kind {
        ItemKind::Column => CompletionItemKind::FIELD,
        ItemKind::Variable => CompletionItemKind::VARIABLE,
        ItemKind::Value => CompletionItemKind::ENUM_MEMBER,
        ItemKind::Property => CompletionItemKind::PROPERTY,
        ItemKind::Operator | ItemKind::Keyword => CompletionItemKind::KEYWORD,
        ItemKind::Aggregate | ItemKind::Function => CompletionItemKind::FUNCTION,
        ItemKind::Plugin => CompletionItemKind::MODULE,
        ItemKind::Table => CompletionItemKind::STRUCT,
        ItemKind::Infix => CompletionItemKind::OPERATOR,
        ItemKind::Type => CompletionItemKind::TYPE_PARAMETER,
        ItemKind::Chart => CompletionItemKind::ENUM_MEMBER,
        ItemKind::Command => CompletionItemKind::EVENT,
    }
}

pub(crate) fn hover(document: &Document, position: Position, catalog: &dyn Catalog) -> Option<Hover> {
    let found = kql_language::hover(&document.text, document.offset(position), catalog)?;
    Some(Hover { contents: HoverContents::Markup(markdown(found.markdown)), range: Some(document.range(found.span)) })
}

pub(crate) fn signature_help(document: &Document, position: Position, catalog: &dyn Catalog) -> Option<SignatureHelp> {
    let found = kql_language::signature_help(&document.text, document.offset(position), catalog)?;
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let signature = |line: kql_language::SignatureLine| {
        let last = line.parameters.len().saturating_sub(1);
        let active = found.argument.min(last);
        let parameter = |p: String| ParameterInformation { label: ParameterLabel::Simple(p), documentation: None };
        SignatureInformation {
            label: line.label,
            documentation: (!line.documentation.is_empty())
                .then(|| Documentation::MarkupContent(markdown(line.documentation))),
            parameters: Some(line.parameters.into_iter().map(parameter).collect()),
            active_parameter: Some(number(active)),
        }
    };
    Some(SignatureHelp {
        active_signature: Some(number(found.active_signature)),
        active_parameter: Some(number(found.argument)),
        signatures: found.signatures.into_iter().map(signature).collect(),
    })
}

pub(crate) fn symbols(document: &Document) -> Vec<DocumentSymbol> {
    kql_language::document_symbols(&document.text).into_iter().map(|s| symbol(document, s)).collect()
}

fn symbol(document: &Document, symbol_: Symbol) -> DocumentSymbol {
    let children: Vec<_> = symbol_.children.into_iter().map(|s| symbol(document, s)).collect();
    #[allow(deprecated)] // a field without a default
    DocumentSymbol {
        name: symbol_.name,
        detail: (!symbol_.detail.is_empty()).then_some(symbol_.detail),
        kind: match symbol_.kind {
            SymbolKind::Function => lsp_types::SymbolKind::FUNCTION,
            SymbolKind::Variable | SymbolKind::Parameter => lsp_types::SymbolKind::VARIABLE,
            SymbolKind::Query => lsp_types::SymbolKind::STRUCT,
            SymbolKind::Command => lsp_types::SymbolKind::EVENT,
        },
        tags: None,
        deprecated: None,
        range: document.range(symbol_.span),
        selection_range: document.range(symbol_.name_span),
        children: (!children.is_empty()).then_some(children),
    }
}

pub(crate) fn folding(document: &Document) -> Vec<FoldingRange> {
    let range = |span: kql_diagnostic::Span| {
        let range = document.range(span);
        let comment = span.text(&document.text).starts_with("//");
        FoldingRange {
            start_line: range.start.line,
            end_line: range.end.line,
            kind: comment.then_some(FoldingRangeKind::Comment),
            ..FoldingRange::default()
        }
    };
    kql_language::folding_ranges(&document.text).into_iter().map(range).collect()
}

/// The edit that formats the text; nothing for one with mistakes.
pub(crate) fn format(document: &Document, options: &FormattingOptions) -> Option<Vec<TextEdit>> {
    let indent = (options.tab_size as usize).clamp(1, 16);
    let options = kql_syntax::FormatOptions { indent, ..kql_syntax::FormatOptions::default() };
    let formatted = kql_syntax::format(&document.text, &options).ok()?;
    if formatted == document.text {
        return Some(Vec::new());
    }
    Some(vec![TextEdit { range: document.whole(), new_text: formatted }])
}
