//! Timed steps and the limits that keep a hanging one from hanging the build.

use std::path::Path;
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::{Failure, Result, While};

/// Prints each step with the time it took.
pub struct Steps {
    start: Instant,
    last: Instant,
}

impl Steps {
    /// Starts the clock.
    pub fn start() -> Self {
        let now = Instant::now();
        Self { start: now, last: now }
    }

    /// Prints what was done since the last call.
    pub fn done(&mut self, what: &str) {
        let now = Instant::now();
        println!("site: {:6.1} s  {what}", (now - self.last).as_secs_f32());
        self.last = now;
    }

    /// Prints the whole time and where the result is.
    pub fn total(&self, site: &Path) {
        println!("site: {:6.1} s  in all, written to {}", self.start.elapsed().as_secs_f32(), site.display());
    }
}

/// Runs a program to its end; what it prints goes to the terminal.
///
/// # Errors
/// It cannot be started, ends with an error, or takes longer than `limit`, and then it is killed.
pub fn run(what: &str, command: &mut Command, limit: Duration) -> Result<()> {
    let mut child = command.spawn().during(format_args!("{what} could not be started"))?;
    let deadline = Instant::now() + limit;
    loop {
        match child.try_wait().during(what)? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(Failure(format!("{what} failed ({status})."))),
            None if Instant::now() >= deadline => {
                child.kill().during(format_args!("{what} hangs and could not be stopped"))?;
                child.wait().during(what)?;
                return Err(Failure(format!("{what} was stopped after {} minutes without an end.", limit.as_secs() / 60)));
            }
            None => thread::sleep(Duration::from_millis(50)),
        }
    }
}

/// Runs a function on a thread of its own.
///
/// # Errors
/// Its own failure, a panic, or no end within `limit`; the program then ends and takes the thread with it.
pub fn within<T: Send + 'static>(what: &str, limit: Duration, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(work()));
    match receiver.recv_timeout(limit) {
        Ok(result) => result,
        Err(mpsc::RecvTimeoutError::Timeout) => Err(Failure(format!("{what} did not end within {} minutes.", limit.as_secs() / 60))),
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(Failure(format!("{what} crashed, see above."))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_step_stops_the_build() {
        let failure = run("false", &mut Command::new("false"), Duration::from_secs(5)).unwrap_err();
        assert!(failure.0.starts_with("false failed"), "{}", failure.0);
    }

    #[test]
    fn a_hanging_step_is_killed() {
        let start = Instant::now();
        let failure = run("sleep", Command::new("sleep").arg("60"), Duration::from_millis(200)).unwrap_err();
        assert!(failure.0.contains("was stopped"), "{}", failure.0);
        assert!(start.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn a_crashing_or_hanging_function_is_reported() {
        let crash = within::<()>("crash", Duration::from_secs(5), || panic!("on purpose"));
        assert_eq!(crash.unwrap_err().0, "crash crashed, see above.");
        let hang = within("hang", Duration::from_millis(50), || {
            thread::sleep(Duration::from_secs(2));
            Ok(())
        });
        assert!(hang.is_err());
    }
}
