//! Tracing for people who look inside: off unless asked for.

/// Starts to write events of `level` and above to standard error.
pub fn start(level: Option<tracing::Level>) {
    let Some(level) = level else { return };
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .without_time()
        .finish();
    // Only fails if a subscriber is set already, and this is the only place that sets one.
    let _ = tracing::subscriber::set_global_default(subscriber);
}
