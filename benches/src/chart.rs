//! Charts of a run's figures, for the README.

use std::error::Error;
use std::path::Path;

use plotters::backend::SVGBackend;
use plotters::chart::{ChartBuilder, SeriesLabelPosition};
use plotters::coord::Shift;
use plotters::coord::combinators::IntoLogRange;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Rectangle, Text};
use plotters::series::LineSeries;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, IntoFont, RGBColor, ShapeStyle, TextStyle, WHITE};

use crate::results::{Figures, Mark, Results, Row};

/// One scenario of each kind, with its title.
const MAIN: [(&str, &str); 5] = [
    ("lock/uncontended/await", "Lock, uncontended"),
    ("lock/yield/one-thread/64", "Lock, 64 tasks, held across an await"),
    ("condition/buffer/one-thread/4x4", "Bounded buffer with two conditions, 4 × 4 tasks"),
    ("semaphore/yield/one-thread/64", "Semaphore, 64 tasks, 4 permits held across an await"),
    ("barrier/one-thread/64", "Barrier, 64 parties"),
];

/// Operations whose time should not depend on the number of waiters.
const SCALING: [(&str, &str, RGBColor); 5] = [
    ("scaling/acquire/", "acquire", RGBColor(31, 119, 180)),
    ("scaling/cancel/", "cancel", RGBColor(214, 39, 40)),
    ("scaling/notify-one/", "notify_one", RGBColor(44, 160, 44)),
    ("scaling/notify-all/", "notify_all, per waiter", RGBColor(148, 103, 189)),
    ("scaling/set/", "Event::set, per waiter", RGBColor(255, 127, 14)),
];

const FONT: &str = "sans-serif";
const INK: RGBColor = RGBColor(36, 41, 47);
const OWN: RGBColor = RGBColor(9, 105, 218);
const PEER: RGBColor = RGBColor(140, 149, 159);
const PALE: RGBColor = RGBColor(208, 215, 222);

// All in pixels.
const WIDTH: i32 = 860;
const ROW: i32 = 20;
const TITLE: i32 = 34;
const GAP: i32 = 14;
const LABELS: i32 = 190;
/// The length of the base peer's bar.
const UNIT: i32 = 260;
/// The length at which bars are clipped.
const LONGEST: f64 = 2.0;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), Box<dyn Error>>;

/// Draws charts of `results`: `peers.svg` and `scaling.svg`.
pub(crate) fn draw(results: &Results, folder: &Path) -> Drawn {
    std::fs::create_dir_all(folder)?;
    peers(results, &folder.join("peers.svg"))?;
    scaling(results, &folder.join("scaling.svg"))
}

/// Bars: the time of each peer relative to tokio's, in the main scenarios.
fn peers(results: &Results, path: &Path) -> Drawn {
    let panels: Vec<_> = (MAIN.iter())
        .map(|(scenario, title)| (*title, bars(results, scenario)))
        .filter(|(_, bars)| !bars.is_empty())
        .collect();
    let rows: usize = panels.iter().map(|(_, bars)| bars.len()).sum();
    let height = i32::try_from(rows)? * ROW + i32::try_from(panels.len())? * (TITLE + GAP) + ROW;
    let area =
        SVGBackend::new(path, (u32::try_from(WIDTH)?, u32::try_from(height)?)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut top = 0;
    for (title, bars) in &panels {
        let title_at = (8, top + TITLE / 2 + 4);
        area.draw(&Text::new(*title, title_at, text(15, INK, HPos::Left)))?;
        top += TITLE;
        for bar in bars {
            bar.draw(&area, top + ROW / 2)?;
            top += ROW;
        }
        top += GAP;
    }
    let legend = "Time over tokio's in the same round: shorter is faster. \
                  Pale: allows barging. Hollow: no peer but a bound.";
    area.draw(&Text::new(legend, (8, top + 4), text(12, INK, HPos::Left)))?;
    area.present()?;
    Ok(())
}

/// A peer in a scenario.
struct Bar<'a> {
    row: &'a Row,
    ratio: f64,
    min: f64,
    max: f64,
    nanoseconds: f64,
}

/// From the fastest to the slowest.
fn bars<'a>(results: &'a Results, scenario: &str) -> Vec<Bar<'a>> {
    let mut bars: Vec<_> = (results.rows.iter())
        .filter(|row| row.scenario == scenario)
        .filter_map(|row| match &row.figures {
            // A second way to use the same library belongs in the table.
            Figures::Time { nanoseconds, ratio, beside: None } => Some(Bar {
                row,
                ratio: ratio.median,
                min: ratio.min,
                max: ratio.max,
                nanoseconds: nanoseconds.median,
            }),
            _ => None,
        })
        .collect();
    bars.sort_by(|one, other| one.ratio.total_cmp(&other.ratio));
    bars
}

impl Bar<'_> {
    fn draw(&self, area: &Area<'_>, middle: i32) -> Drawn {
        let own = self.row.peer == "underlock";
        let ink = if own { OWN } else { INK };
        let style = match self.row.mark {
            _ if own => OWN.filled(),
            Mark::Same | Mark::NotCancelSafe => PEER.filled(),
            Mark::Barging => PALE.filled(),
            Mark::Bound => PEER.stroke_width(1),
        };
        area.draw(&Text::new(
            self.row.peer.as_str(),
            (LABELS - 8, middle),
            text(13, ink, HPos::Right),
        ))?;
        let corners = [(LABELS, middle - 6), (at(self.ratio), middle + 6)];
        area.draw(&Rectangle::new(corners, style))?;
        let line = ShapeStyle::from(&INK).stroke_width(1);
        area.draw(&PathElement::new([(at(self.min), middle), (at(self.max), middle)], line))?;
        let figures = format!("{:.2} · {:.0} ns", self.ratio, self.nanoseconds);
        let figures_at = (at(self.ratio.max(self.max)) + 8, middle);
        area.draw(&Text::new(figures, figures_at, text(12, ink, HPos::Left)))?;
        Ok(())
    }
}

/// The end of the bar of this ratio.
fn at(ratio: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "a few hundred pixels")]
    let length = (ratio.min(LONGEST) * f64::from(UNIT)) as i32;
    LABELS + length.max(1)
}

fn text(size: u32, color: RGBColor, anchor: HPos) -> TextStyle<'static> {
    (FONT, size).into_font().color(&color).pos(Pos::new(anchor, VPos::Center))
}

/// Lines: underlock's time per operation over the number of waiters.
fn scaling(results: &Results, path: &Path) -> Drawn {
    let lines: Vec<_> = SCALING
        .iter()
        .map(|(prefix, title, color)| (*title, *color, points(results, prefix)))
        .filter(|(_, _, points)| !points.is_empty())
        .collect();
    let highest = lines.iter().flat_map(|(_, _, points)| points).map(|(_, time)| *time);
    let highest = highest.fold(0.0, f64::max) * 1.5;
    if highest == 0.0 {
        return Ok(());
    }
    let area = SVGBackend::new(path, (u32::try_from(WIDTH)?, 360)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .margin(12)
        .margin_right(32)
        .x_label_area_size(36)
        .y_label_area_size(48)
        .build_cartesian_2d((1.0..100_000.0).log_scale(), 0.0..highest)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(WHITE)
        .bold_line_style(PALE)
        .axis_style(PALE)
        .label_style((FONT, 12).into_font().color(&INK))
        .x_label_formatter(&|waiters| format!("{waiters:.0}"))
        .y_label_formatter(&|time| format!("{time:.0}"))
        .x_desc("waiters")
        .y_desc("ns per operation")
        .draw()?;
    for (title, color, points) in lines {
        chart
            .draw_series(LineSeries::new(points.iter().copied(), color.stroke_width(2)))?
            .label(title)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], color.stroke_width(2)));
        chart.draw_series(points.iter().map(|&point| Circle::new(point, 3, color.filled())))?;
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.8))
        .label_font((FONT, 12).into_font().color(&INK))
        .draw()?;
    area.present()?;
    Ok(())
}

/// The number of waiters, and underlock's time.
fn points(results: &Results, prefix: &str) -> Vec<(f64, f64)> {
    (results.rows.iter())
        .filter(|row| row.peer == "underlock")
        .filter_map(|row| {
            let waiters = row.scenario.strip_prefix(prefix)?.parse().ok()?;
            match &row.figures {
                Figures::Time { nanoseconds, .. } => Some((waiters, nanoseconds.median)),
                Figures::Share { .. } => None,
            }
        })
        .collect()
}
