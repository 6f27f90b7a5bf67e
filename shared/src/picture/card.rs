//! Finding the card in the picture, and laying it flat.

use image::{GrayImage, Luma, RgbImage, imageops};
use imageproc::contours::{BorderType, find_contours};
use imageproc::contrast::stretch_contrast;
use imageproc::distance_transform::Norm;
use imageproc::edges::canny;
use imageproc::geometric_transformations::{Border, Interpolation, Projection, warp_into};
use imageproc::geometry::{approximate_polygon_dp, arc_length, contour_area, convex_hull};
use imageproc::morphology::dilate;
use imageproc::point::Point;

use super::Reason;

/// The picture is searched at this size: the outline of a card needs no more.
const SEARCH_SIDE: u32 = 640;
/// Gradients of the edge detector, of the picture stretched to full contrast.
const EDGES: (f32, f32) = (30.0, 75.0);
/// Edges are thickened by so many pixels, to close their gaps; the outline lies as much outside.
const GAPS: u8 = 2;
/// A document fills at least this share of the picture.
const LEAST_AREA: f64 = 0.08;
/// How far the proportions may be off before it is something else: a card seen from the side is narrower.
const PROPORTIONS: std::ops::RangeInclusive<f32> = 0.72..=1.38;

type P = (f32, f32);

/// The corners of a document in the picture, in pixels: upper left, upper right, lower right, lower left.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Corners(pub [P; 4]);

impl Corners {
    /// How far the upper and lower edges are from horizontal, in degrees, and how much longer an edge is than the
    /// one opposite, from 1.
    pub(super) fn pose(&self) -> (f32, f32) {
        let [a, b, c, d] = self.0;
        let upended = distance(b, c) + distance(a, d) > distance(a, b) + distance(d, c);
        let slope = |from: P, to: P| (to.1 - from.1).atan2(to.0 - from.0).to_degrees();
        let turned = if upended { 90.0 } else { slope(a, b).abs().max(slope(d, c).abs()) };
        let ratio = |one: f32, other: f32| one.max(other) / one.min(other).max(1.0);
        let squeezed = ratio(distance(a, b), distance(d, c)).max(ratio(distance(b, c), distance(a, d)));
        (turned, squeezed)
    }

    /// The length of the longest edge, in pixels.
    pub(super) fn longest(&self) -> f32 {
        let [a, b, c, d] = self.0;
        [distance(a, b), distance(b, c), distance(c, d), distance(d, a)].into_iter().fold(0.0, f32::max)
    }

    fn proportion(&self) -> f32 {
        let [a, b, c, d] = self.0;
        let (across, down) = (distance(a, b) + distance(d, c), distance(b, c) + distance(a, d));
        across.max(down) / across.min(down).max(1.0)
    }
}

fn distance(one: P, other: P) -> f32 {
    (one.0 - other.0).hypot(one.1 - other.1)
}

/// Finds the outline of a document of `proportion` (width through height).
///
/// # Errors
/// [`Reason::NoCard`]; [`Reason::CutOff`] when something like it runs out of the picture.
pub(super) fn find(picture: &RgbImage, proportion: f32) -> Result<Corners, Reason> {
    let scale = SEARCH_SIDE as f32 / picture.width().max(picture.height()) as f32;
    let size = |side: u32| ((side as f32 * scale) as u32).max(1);
    let small = imageops::thumbnail(picture, size(picture.width()), size(picture.height()));
    let outlines = outlines(&brightest(&small));
    let frame = f64::from(small.width()) * f64::from(small.height());
    let (mut best, mut cut_off) = (None, false);
    for outline in outlines {
        let area = contour_area(&outline);
        if area < LEAST_AREA * frame {
            continue;
        }
        if leaves(&outline, small.dimensions()) {
            cut_off = true;
            continue;
        }
        let Some(corners) = four_corners(&outline) else { continue };
        let fits = PROPORTIONS.contains(&(corners.proportion() / proportion));
        if fits && best.is_none_or(|(largest, _)| area > largest) {
            best = Some((area, corners));
        }
    }
    match best {
        Some((_, corners)) => Ok(Corners(corners.0.map(|(x, y)| ((x + 0.5) / scale, (y + 0.5) / scale)))),
        None if cut_off => Err(Reason::CutOff),
        None => Err(Reason::NoCard),
    }
}

/// The brightest channel of every pixel: a red card on a brown table differs more in it than in lightness.
fn brightest(picture: &RgbImage) -> GrayImage {
    GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
        Luma([picture.get_pixel(x, y).0.into_iter().max().unwrap_or(0)])
    })
}

/// The convex hulls of everything that an edge runs around.
fn outlines(grey: &GrayImage) -> Vec<Vec<Point<i32>>> {
    let (low, high) = percentiles(grey);
    // Not by more than four: the grain of an empty table must not become an outline.
    let high = high.max(low.saturating_add(64));
    let stretched = if low < high { stretch_contrast(grey, low, high, 0, 255) } else { grey.clone() };
    let edges = dilate(&canny(&stretched, EDGES.0, EDGES.1), Norm::LInf, GAPS);
    let contours = find_contours::<i32>(&edges).into_iter();
    let outer = contours.filter(|contour| contour.border_type == BorderType::Outer && contour.points.len() > 100);
    outer.map(|contour| convex_hull(contour.points)).filter(|hull| hull.len() >= 4).collect()
}

/// The levels below and above which 2 % of the pixels lie.
fn percentiles(grey: &GrayImage) -> (u8, u8) {
    let mut counts = [0_u32; 256];
    for pixel in grey.pixels() {
        counts[usize::from(pixel.0[0])] += 1;
    }
    let tail = grey.width() * grey.height() / 50;
    (reached(&counts, tail, 0..=255), reached(&counts, tail, (0..=255).rev()))
}

/// The level at which more than `tail` pixels were counted.
fn reached(counts: &[u32; 256], tail: u32, mut levels: impl Iterator<Item = u8>) -> u8 {
    let mut seen = 0;
    let level = levels.find(|level| {
        seen += counts[usize::from(*level)];
        seen > tail
    });
    level.unwrap_or(128)
}

fn leaves(outline: &[Point<i32>], (width, height): (u32, u32)) -> bool {
    let (right, bottom) = (width as i32 - 4, height as i32 - 4);
    outline.iter().any(|point| point.x < 4 || point.y < 4 || point.x >= right || point.y >= bottom)
}

/// Simplifies a hull until four corners are left. Cards have round corners, so the sides are prolonged to where
/// they meet.
fn four_corners(hull: &[Point<i32>]) -> Option<Corners> {
    let around = arc_length(hull, true);
    let simplified = (2..10).map(|step| approximate_polygon_dp(hull, around * 0.01 * f64::from(step), true));
    let corners: [Point<i32>; 4] = simplified.filter_map(|polygon| polygon.try_into().ok()).next()?;
    let rough = contour_area(&corners) / contour_area(hull);
    if !(0.85..=1.05).contains(&rough) {
        return None;
    }
    let hull: Vec<P> = hull.iter().map(|point| (point.x as f32, point.y as f32)).collect();
    let corners = corners.map(|point| (point.x as f32, point.y as f32));
    let centre = centre(&corners);
    let mut sides = [((0.0, 0.0), (0.0, 0.0)); 4];
    for at in 0..4 {
        sides[at] = inwards(side(&hull, corners[at], corners[(at + 1) % 4])?, centre);
    }
    let mut met = [(0.0, 0.0); 4];
    for at in 0..4 {
        met[at] = meet(sides[(at + 3) % 4], sides[at])?;
    }
    Some(Corners(in_order(met)))
}

/// The straight part of the hull between two of its points, as a point on it and its direction: most of the length
/// there runs one way, the rest is the round of a corner.
fn side(hull: &[P], from: P, to: P) -> Option<(P, P)> {
    let start = hull.iter().position(|point| *point == from)?;
    let points = hull.iter().cycle().skip(start).take(hull.len());
    let ends = points.clone().skip(1).chain(std::iter::once(&from));
    let edges: Vec<_> = points.zip(ends).take_while(|(point, _)| **point != to).collect();
    let longest = edges.iter().max_by(|one, other| run(one, &edges).total_cmp(&run(other, &edges)))?;
    let mut sum: (P, P, f32) = ((0.0, 0.0), (0.0, 0.0), 0.0);
    for (a, b) in edges.iter().filter(|edge| along(longest, edge)) {
        let weight = distance(**a, **b);
        let middle = ((a.0 + b.0) / 2.0, (a.1 + b.1) / 2.0);
        sum.0 = (sum.0.0 + middle.0 * weight, sum.0.1 + middle.1 * weight);
        sum.1 = (sum.1.0 + b.0 - a.0, sum.1.1 + b.1 - a.1);
        sum.2 += weight;
    }
    (sum.2 > 0.0).then_some(((sum.0.0 / sum.2, sum.0.1 / sum.2), sum.1))
}

type Edge<'a> = (&'a P, &'a P);

/// The length of everything that runs the way of `edge`.
fn run(edge: &Edge<'_>, edges: &[Edge<'_>]) -> f32 {
    edges.iter().filter(|other| along(edge, other)).map(|(a, b)| distance(**a, **b)).sum()
}

/// Whether two edges run the same way, within three degrees.
fn along(one: &Edge<'_>, other: &Edge<'_>) -> bool {
    let way = |edge: &Edge<'_>| (edge.1.0 - edge.0.0, edge.1.1 - edge.0.1);
    let ((a, b), (c, d)) = (way(one), way(other));
    (a * c + b * d) / (a.hypot(b) * c.hypot(d)).max(0.001) > 0.9986
}

fn meet((p, r): (P, P), (q, s): (P, P)) -> Option<P> {
    let cross = r.0 * s.1 - r.1 * s.0;
    if cross.abs() < f32::EPSILON {
        return None;
    }
    let t = ((q.0 - p.0) * s.1 - (q.1 - p.1) * s.0) / cross;
    Some((p.0 + t * r.0, p.1 + t * r.1))
}

/// Moves a line back to the edge that was thickened.
fn inwards(((x, y), (right, down)): (P, P), centre: P) -> (P, P) {
    let length = right.hypot(down).max(0.001);
    let normal = (-down / length, right / length);
    let side = ((centre.0 - x) * normal.0 + (centre.1 - y) * normal.1).signum() * f32::from(GAPS);
    ((x + normal.0 * side, y + normal.1 * side), (right, down))
}

fn centre(corners: &[P; 4]) -> P {
    corners.iter().fold((0.0, 0.0), |sum, corner| (sum.0 + corner.0 / 4.0, sum.1 + corner.1 / 4.0))
}

/// Clockwise from the upper left.
fn in_order(corners: [P; 4]) -> [P; 4] {
    let centre = centre(&corners);
    let angle = |corner: &P| (corner.1 - centre.1).atan2(corner.0 - centre.0);
    let mut corners = corners;
    corners.sort_by(|one, other| angle(one).total_cmp(&angle(other)));
    let first = (0..4).min_by(|a, b| (corners[*a].0 + corners[*a].1).total_cmp(&(corners[*b].0 + corners[*b].1)));
    corners.rotate_left(first.unwrap_or(0));
    corners
}

/// The document laid flat, `size` pixels wide and high.
pub fn rectify(picture: &RgbImage, corners: &Corners, size: (u32, u32)) -> RgbImage {
    let mut flat = RgbImage::new(size.0, size.1);
    let (right, bottom) = (size.0 as f32 - 1.0, size.1 as f32 - 1.0);
    let to = [(0.0, 0.0), (right, 0.0), (right, bottom), (0.0, bottom)];
    if let Some(projection) = Projection::from_control_points(corners.0, to) {
        warp_into(picture, projection, Interpolation::Bilinear, Border::Replicate, &mut flat);
    }
    flat
}
