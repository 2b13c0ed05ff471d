//! `render`.

use crate::binder::Binder;
use crate::bound::{Render, Table};
use crate::operators::external_data::property_value;
use crate::operators::word;
use kql_diagnostic::code;
use kql_syntax::ast::{self, Property};
use kql_types::Value;
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `render kind with (…)`: kept as metadata of the result, the rows are the same.
    pub(crate) fn render_operator(&mut self, input: &Arc<Table>, kind: &'s ast::Name, properties: &'s [Property]) {
        let mut render = Render {
            visualization: Arc::from(kind.text.as_str()),
            is_query_sorted: input.serialized,
            ..Render::default()
        };
        for property in properties {
            let text = || Some(text_of(property));
            match property.name.text.to_ascii_lowercase().as_str() {
                "title" => render.title = text(),
                "kind" => render.kind = text(),
                "xcolumn" => render.x_column = self.render_columns(input, property).into_iter().next(),
                "ycolumns" => render.y_columns = Some(self.render_columns(input, property)),
                "anomalycolumns" => render.anomaly_columns = Some(self.render_columns(input, property)),
                "series" | "by" => render.series = Some(self.render_columns(input, property)),
                "xtitle" => render.x_title = text(),
                "ytitle" => render.y_title = text(),
                "xaxis" => render.x_axis = text(),
                "yaxis" => render.y_axis = text(),
                "legend" => render.legend = text(),
                "ysplit" => render.y_split = text(),
                "accumulate" => render.accumulate = matches!(property_value(property), Value::Bool(Some(true))),
                "ymin" => render.y_min = number_of(property),
                "ymax" => render.y_max = number_of(property),
                "xmin" => render.x_min = Some(property_value(property)),
                "xmax" => render.x_max = Some(property_value(property)),
                other => {
                    let message = format!("render has no property '{other}'");
                    self.refused_by_engine(code::SYNTAX, property.name.span, message);
                }
            }
        }
        self.render = Some(render);
    }

    fn render_columns(&mut self, input: &Arc<Table>, property: &'s Property) -> Vec<String> {
        let names: Vec<String> = property.values.iter().filter_map(word).map(str::to_owned).collect();
        for (name, value) in names.iter().zip(&property.values) {
            if input.schema.column(name).is_none() && !input.schema.open {
                let message = format!("the result has no column '{name}' to show");
                self.refused_by_engine(code::UNKNOWN_NAME, value.span, message);
            }
        }
        names
    }
}

fn text_of(property: &Property) -> String {
    match property_value(property) {
        Value::String(text) => text,
        Value::Long(Some(n)) => n.to_string(),
        Value::Real(Some(v)) => kql_types::number::format_real(v),
        Value::Bool(Some(b)) => b.to_string(),
        _ => String::new(),
    }
}

#[allow(clippy::cast_precision_loss)] // an axis end
fn number_of(property: &Property) -> Option<f64> {
    let negative = matches!(property.values.first().map(|v| &v.kind), Some(ast::ExprKind::Unary { .. }));
    let value = match property.values.first().map(|v| &v.kind) {
        Some(ast::ExprKind::Unary { operand, .. }) => match &operand.kind {
            ast::ExprKind::Literal(literal) => literal.value.clone(),
            _ => return None,
        },
        _ => property_value(property),
    };
    let number = match value {
        Value::Long(Some(n)) => n as f64,
        Value::Int(Some(n)) => f64::from(n),
        Value::Real(Some(v)) => v,
        _ => return None,
    };
    Some(if negative { -number } else { number })
}
