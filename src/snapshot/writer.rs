//! Writes records while the build goes on. Knows nothing of what is in them.

use std::sync::Mutex;
use std::thread::{self, JoinHandle};

/// What is still being written. When this goes, all of it has been.
#[derive(Default)]
pub(super) struct Writer(Mutex<Vec<JoinHandle<()>>>);

impl Writer {
    /// Does this beside all else. Where no thread can be had nothing is written.
    pub(super) fn begin(&self, write: impl FnOnce() + Send + 'static) {
        let begun = thread::Builder::new().name("snapshot".to_owned()).spawn(write);
        if let (Ok(begun), Ok(mut all)) = (begun, self.0.lock()) {
            all.push(begun);
        }
    }

    /// Waits until all has been written.
    pub(super) fn finish(&self) {
        let all = self.0.lock().map(|mut all| std::mem::take(&mut *all)).unwrap_or_default();
        for begun in all {
            // It has said by itself what was wrong.
            let _ = begun.join();
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.finish();
    }
}
