//! A scheme: a named way of organising people in an area, and what it asks.

/// A scheme of a province's catalogue.
#[derive(Clone, Debug, Default)]
pub struct Scheme {
    pub province: String,
    pub id: String,
    pub code: String,
    pub slug: String,
    pub name: String,
    pub aliases: Vec<String>,
    pub sectors: Vec<String>,
    pub purpose: String,
    pub contents: Vec<String>,
    pub origin: String,
    pub level: String,
    pub lead: String,
    pub legal_basis: String,
    /// Does published material describe it? If not, the province must.
    pub described: bool,
    /// Sample data, not the province's own list.
    pub sample: bool,
}
