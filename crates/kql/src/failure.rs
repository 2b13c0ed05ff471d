//! How a command ends when it does not succeed, and the exit status of each way.

/// An unsuccessful end.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A query error that was reported already: status 1.
    Reported,
    /// The command line asks for something that cannot be: status 2.
    Usage(String),
    /// Data could not be read, or results not be written: status 3.
    Data(String),
}

impl Failure {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Failure::Usage(message.into())
    }

    pub(crate) fn data(message: impl Into<String>) -> Self {
        Failure::Data(message.into())
    }

    pub(crate) fn status(&self) -> u8 {
        match self {
            Failure::Reported => 1,
            Failure::Usage(_) => 2,
            Failure::Data(_) => 3,
        }
    }

    pub(crate) fn message(&self) -> Option<&str> {
        match self {
            Failure::Reported => None,
            Failure::Usage(message) | Failure::Data(message) => Some(message),
        }
    }
}
