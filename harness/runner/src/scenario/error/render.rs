//! A mistake as text, with its line and the spot marked.

use super::{LoadError, Problem};
use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

pub(super) fn render(error: &LoadError) -> String {
    let place = &error.place;
    let title = error.problem.title();
    let label = error.problem.label();
    let span = byte_span(&place.text, place.column, place.width);
    let mark = AnnotationKind::Primary.span(span);
    let mark = if label.is_empty() { mark } else { mark.label(&label) };
    let snippet = Snippet::source(&*place.text)
        .line_start(place.line as usize)
        .path(&*place.file)
        .annotation(mark);
    let group = Level::ERROR.primary_title(&title);
    let mut group = match *error.problem {
        // There is no line to show.
        Problem::Unreadable { .. } => group.element(Origin::path(&*place.file)),
        _ => group.element(snippet),
    };
    let help = error.problem.help();
    if let Some(help) = &help {
        group = group.element(Level::HELP.message(help));
    }
    let variant = error.variant.as_ref().map(|variant| format!("seen with {variant}"));
    if let Some(variant) = &variant {
        group = group.element(Level::NOTE.message(variant));
    }
    Renderer::plain().render(&[group])
}

/// Bytes of the line that stand at `column`, `width` characters of them, at least one.
fn byte_span(line: &str, column: u32, width: u32) -> std::ops::Range<usize> {
    let offset = |chars: u32| {
        line.char_indices().nth(chars as usize).map_or(line.len(), |(offset, _)| offset)
    };
    let start = offset(column.saturating_sub(1));
    let end = offset(column.saturating_sub(1) + width.max(1));
    start..end.max(start)
}
