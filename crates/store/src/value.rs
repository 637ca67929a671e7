//! What goes in and comes out: four types, the same on both engines.

/// A bound parameter or a read cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Text(String),
    Int(i64),
    Real(f64),
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Value {
        Value::Text(text.clone())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Value {
        Value::Int(number)
    }
}

impl From<bool> for Value {
    fn from(yes: bool) -> Value {
        Value::Int(i64::from(yes))
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Value {
        Value::Real(number)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(maybe: Option<T>) -> Value {
        maybe.map_or(Value::Null, Into::into)
    }
}

/// One row that was read, its cells by position.
#[derive(Clone, Debug)]
pub struct Row(pub(crate) Vec<Value>);

impl Row {
    /// Every value, in the order of the columns.
    pub fn values(&self) -> &[Value] {
        &self.0
    }

    /// Text at a position; empty when it is null.
    pub fn text(&self, at: usize) -> String {
        self.text_or_null(at).unwrap_or_default()
    }

    /// Text moved out of a position, which is null from then on; empty when it was null.
    pub fn take(&mut self, at: usize) -> String {
        match self.0.get_mut(at).map(|cell| std::mem::replace(cell, Value::Null)) {
            Some(Value::Text(text)) => text,
            Some(Value::Int(number)) => number.to_string(),
            Some(Value::Real(number)) => number.to_string(),
            Some(Value::Null) | None => String::new(),
        }
    }

    /// Text borrowed at a position; empty when it is null.
    pub fn str(&self, at: usize) -> &str {
        match self.0.get(at) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    /// Text at a position, or nothing when it is null.
    pub fn text_or_null(&self, at: usize) -> Option<String> {
        match self.0.get(at) {
            Some(Value::Text(text)) => Some(text.clone()),
            Some(Value::Int(number)) => Some(number.to_string()),
            Some(Value::Real(number)) => Some(number.to_string()),
            Some(Value::Null) | None => None,
        }
    }

    /// A whole number at a position; zero when it is null.
    pub fn int(&self, at: usize) -> i64 {
        self.int_or_null(at).unwrap_or_default()
    }

    /// A whole number at a position, or nothing when it is null.
    pub fn int_or_null(&self, at: usize) -> Option<i64> {
        match self.0.get(at) {
            Some(Value::Int(number)) => Some(*number),
            _ => None,
        }
    }

    /// A number at a position, or nothing when it is null.
    pub fn real_or_null(&self, at: usize) -> Option<f64> {
        match self.0.get(at) {
            Some(Value::Real(number)) => Some(*number),
            Some(Value::Int(number)) => Some(*number as f64),
            _ => None,
        }
    }

    /// A yes or no at a position, kept as 1 or 0.
    pub fn yes(&self, at: usize) -> bool {
        self.int(at) != 0
    }
}
