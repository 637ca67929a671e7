//! Reading XML piece by piece, for the formats that are read here.

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::read::ReadError;

/// A text of XML under way.
pub(crate) type Xml<'a> = Reader<&'a [u8]>;

/// Takes over the letter that a reference such as `&amp;` stands for.
pub(crate) fn push_reference(text: &mut String, name: &BytesRef) -> Result<(), ReadError> {
    match name.resolve_char_ref().map_err(ReadError::not_a_sheet)? {
        Some(c) => text.push(c),
        None => text.push_str(resolve_predefined_entity(name).unwrap_or_default()),
    }
    Ok(())
}

/// The next piece.
pub(crate) fn next<'a>(xml: &mut Xml<'a>) -> Result<Event<'a>, ReadError> {
    xml.read_event().map_err(ReadError::not_a_sheet)
}

/// Leaves out all that stands in an element.
pub(crate) fn skip(xml: &mut Xml, tag: &BytesStart) -> Result<(), ReadError> {
    xml.read_to_end(tag.name()).map(|_| ()).map_err(ReadError::not_a_sheet)
}

/// The value of an attribute, when it is there.
pub(crate) fn attribute(tag: &BytesStart, name: &str) -> Result<Option<String>, ReadError> {
    let found = tag.try_get_attribute(name).map_err(ReadError::not_a_sheet)?;
    found
        .map(|found| {
            found
                .normalized_value(XmlVersion::Implicit1_0)
                .map(|value| value.into_owned())
                .map_err(ReadError::not_a_sheet)
        })
        .transpose()
}

/// The file breaks off, or says what cannot be.
pub(crate) fn broken() -> ReadError {
    ReadError::not_a_sheet("broken XML")
}
