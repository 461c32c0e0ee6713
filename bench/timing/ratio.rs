use serde::Serialize;

/// The median of ratios with its 95 % confidence interval by order statistics: nothing is assumed about how times are
/// distributed.
#[derive(Serialize)]
pub struct Ratio {
    low: f64,
    median: f64,
    high: f64,
}

impl Ratio {
    pub fn of(mut ratios: Vec<f64>) -> Self {
        ratios.sort_by(f64::total_cmp);
        let (half, spread) = (ratios.len() / 2, ((ratios.len() as f64).sqrt() * 0.98).ceil() as usize);
        let at = |place: usize| ratios[place.min(ratios.len() - 1)];
        Self { low: at(half.saturating_sub(spread)), median: at(half), high: at(half + spread) }
    }
}

impl std::fmt::Display for Ratio {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.4} ({:.4} to {:.4})", self.median, self.low, self.high)
    }
}
