//! The figures of a run as a Markdown table: underlock, and the fastest of the others.

use std::fmt::Write as _;

use crate::results::{Figures, Mark, Results, Row};

/// The markers around the table in a page.
const BEGIN: &str = "<!-- The table of a run. -->\n";
const END: &str = "<!-- End of the table. -->\n";

/// `page` with its table replaced.
pub(crate) fn replace(page: &str, table: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, behind) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{table}\n{END}{behind}"))
}

/// One row for each scenario but those of scaling, which are drawn.
pub(crate) fn markdown(results: &Results) -> String {
    let mut table = format!(
        "{}; {}.\n\n\
         | scenario | underlock | fastest FIFO peer | fastest barging peer | bound | target |\n\
         |---|---|---|---|---|---|\n",
        results.machine,
        results.versions()
    );
    for rows in results.rows.chunk_by(|one, other| one.scenario == other.scenario) {
        let Some(own) = rows.iter().find(|row| row.peer == "underlock") else { continue };
        if own.scenario.starts_with("scaling/") {
            continue;
        }
        let cells = [
            of_own(own),
            fastest(rows, |mark| matches!(mark, Mark::Same | Mark::NotCancelSafe)),
            fastest(rows, |mark| mark == Mark::Barging),
            fastest(rows, |mark| mark == Mark::Bound),
            own.target().map_or_else(String::new, |(target, met)| {
                format!("{target}{}", if met { "" } else { ", **missed**" })
            }),
        ];
        writeln!(table, "| `{}` | {} |", own.scenario, cells.join(" | "))
            .expect("writing to a string never fails");
    }
    table
}

fn of_own(row: &Row) -> String {
    match &row.figures {
        Figures::Time { nanoseconds, ratio, .. } => format!(
            "{:.2} ({:.2}–{:.2}), {:.1} ns",
            ratio.median, ratio.min, ratio.max, nanoseconds.median
        ),
        Figures::Share { jain, extremes } => {
            format!("Jain's index {:.2}, fewest over most {:.2}", jain.median, extremes.median)
        }
    }
}

/// The fastest peer with such a mark, other than underlock and tokio, whose ratio is 1.00.
fn fastest(rows: &[Row], mark: impl Fn(Mark) -> bool) -> String {
    rows.iter()
        .filter(|row| mark(row.mark) && row.peer != "tokio" && !row.peer.starts_with("underlock"))
        .filter_map(|row| match &row.figures {
            Figures::Time { ratio, .. } => Some((ratio.median, &row.peer)),
            Figures::Share { .. } => None,
        })
        .min_by(|(one, _), (other, _)| one.total_cmp(other))
        .map_or_else(String::new, |(ratio, peer)| format!("{ratio:.2} `{peer}`"))
}

#[test]
fn only_the_table_of_a_page_is_replaced() {
    let page = format!("above\n{BEGIN}old\n{END}below\n");
    let replaced = replace(&page, "new\n").unwrap();
    assert_eq!(replaced, format!("above\n{BEGIN}\nnew\n\n{END}below\n"));
    assert_eq!(replace(&replaced, "new\n").unwrap(), replaced);
    assert_eq!(replace("a page without a table", "new\n"), None);
}
