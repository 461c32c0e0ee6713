use std::{
    io::{IsTerminal, Write},
    time::Instant,
};

/// A bar with the time that is left, on a terminal; anywhere else nothing.
pub struct Progress {
    begun: Instant,
    visible: bool,
}

const WIDTH: u64 = 30;

impl Progress {
    pub fn on_terminal() -> Self {
        Self { begun: Instant::now(), visible: std::io::stderr().is_terminal() }
    }

    pub fn silent() -> Self {
        Self { begun: Instant::now(), visible: false }
    }

    pub fn show(&self, done: u64, of: u64) {
        if self.visible {
            let seconds = self.begun.elapsed().as_secs_f64();
            eprint!("\r\x1b[2K{}", line(done, of, seconds));
            if done == of {
                eprintln!();
            }
            let _ = std::io::stderr().flush();
        }
    }
}

fn line(done: u64, of: u64, seconds: f64) -> String {
    let full = done * WIDTH / of.max(1);
    let bar: String = (0..WIDTH).map(|place| if place < full { '█' } else { '·' }).collect();
    let a_second = done as f64 / seconds.max(0.001);
    let left = (of - done) as f64 / a_second.max(0.001);
    let left = if left >= 90.0 { format!("{:.0} min", left / 60.0) } else { format!("{left:.0} s") };
    format!("{bar} {:>3} %  {done} of {of} tickets, {a_second:.0}/s, {left} left", done * 100 / of.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_follows_from_the_pace_so_far() {
        let half = line(500, 1000, 10.0);
        assert!(half.contains(" 50 %  500 of 1000 tickets, 50/s, 10 s left"), "{half}");
        assert!(line(10, 1000, 10.0).ends_with("16 min left"));
        assert!(line(1000, 1000, 10.0).starts_with(&"█".repeat(30)));
    }
}
