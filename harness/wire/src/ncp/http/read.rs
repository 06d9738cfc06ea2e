//! Bytes to a message.

use super::{Fault, Message, Start, header, is_message};
use alloc::string::String;
use alloc::vec::Vec;
use httparse::{EMPTY_HEADER, Error, Header, Status};

impl Message {
    /// The message that `bytes` are, from their first to their last.
    ///
    /// # Errors
    ///
    /// Why they are none.
    pub fn read(bytes: &[u8]) -> Result<Self, Fault> {
        if !is_message(bytes) {
            return Err(Fault::Grammar);
        }
        let mut slots = [EMPTY_HEADER; MOST_HEADERS];
        let (start, len, fields) = match bytes.first() {
            Some(b'H') => response(bytes, &mut slots)?,
            _ => request(bytes, &mut slots)?,
        };
        let headers: Vec<(String, String)> =
            fields.iter().map(field).collect::<Result<_, Fault>>()?;
        let mut message = Self { start, headers, body: bytes[len..].to_vec() };
        message.check_length()?;
        Ok(message)
    }

    /// The stated length is that of the body. Without one a request has no body, and the end of a
    /// response cannot be told from a cut.
    fn check_length(&mut self) -> Result<(), Fault> {
        if self.header("Transfer-Encoding").is_some() {
            return Err(Fault::Transfer);
        }
        let stated = self.header(header::CONTENT_LENGTH).map(decimal);
        let stated = match (stated, &self.start) {
            (Some(stated), _) => stated.ok_or(Fault::Length)?,
            (None, Start::Request { .. } | Start::Response { status: 204 | 304 }) => 0,
            (None, Start::Response { .. }) => return Err(Fault::Length),
        };
        let is_length = |name: &str| -> bool { name.eq_ignore_ascii_case(header::CONTENT_LENGTH) };
        let mut lengths = self.headers.iter().filter(|(name, _)| is_length(name));
        let same = lengths.all(|(_, value)| decimal(value) == Some(stated));
        if !same || stated != self.body.len() {
            return Err(Fault::Length);
        }
        self.headers.retain(|(name, _)| !is_length(name));
        Ok(())
    }
}

type Head<'h, 'b> = (Start, usize, &'h [Header<'b>]);

fn request<'h, 'b>(bytes: &'b [u8], slots: &'h mut [Header<'b>]) -> Result<Head<'h, 'b>, Fault> {
    let mut head = httparse::Request::new(slots);
    let len = whole(head.parse(bytes))?;
    let (Some(method), Some(target), Some(1)) = (head.method, head.path, head.version) else {
        return Err(Fault::Grammar);
    };
    let start = Start::Request { method: method.into(), target: target.into() };
    Ok((start, len, head.headers))
}

fn response<'h, 'b>(bytes: &'b [u8], slots: &'h mut [Header<'b>]) -> Result<Head<'h, 'b>, Fault> {
    let mut head = httparse::Response::new(slots);
    let len = whole(head.parse(bytes))?;
    let (Some(status), Some(1)) = (head.code, head.version) else {
        return Err(Fault::Grammar);
    };
    Ok((Start::Response { status }, len, head.headers))
}

fn whole(status: Result<Status<usize>, Error>) -> Result<usize, Fault> {
    match status {
        Ok(Status::Complete(len)) => Ok(len),
        Ok(Status::Partial) => Err(Fault::Head),
        Err(_) => Err(Fault::Grammar),
    }
}

fn field(header: &Header<'_>) -> Result<(String, String), Fault> {
    let value = core::str::from_utf8(header.value).map_err(|_| Fault::Grammar)?;
    Ok((header.name.into(), value.into()))
}

/// Digits and nothing else: a sign would pass for a number otherwise.
fn decimal(text: &str) -> Option<usize> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// Header fields that a message may have.
const MOST_HEADERS: usize = 64;
