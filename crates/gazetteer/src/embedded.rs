//! The tables and boundaries of `data/admin`, packed into the program.

use std::io::Read;

use flate2::read::GzDecoder;

pub(crate) const UNITS: &[u8] = include_bytes!("../../../data/admin/units.csv.gz");
pub(crate) const CHANGES: &[u8] = include_bytes!("../../../data/admin/changes.csv.gz");
pub(crate) const ALIASES: &[u8] = include_bytes!("../../../data/admin/aliases.csv.gz");

pub(crate) const PROVINCES_34: &[u8] = include_bytes!("../../../data/admin/boundaries/provinces_34.topojson.gz");
pub(crate) const PROVINCES_63: &[u8] = include_bytes!("../../../data/admin/boundaries/provinces_63.topojson.gz");

macro_rules! communes {
    ($($code:literal)*) => {
        /// The boundaries of each province's communes, by the code of the province.
        pub(crate) const COMMUNES: &[(&str, &[u8])] = &[$((
            $code,
            include_bytes!(concat!("../../../data/admin/boundaries/by_province/", $code, ".topojson.gz")),
        )),*];
    };
}

communes! {
    "01" "04" "08" "11" "12" "14" "15" "19" "20" "22" "24" "25"
    "31" "33" "37" "38" "40" "42" "44" "46" "48" "51" "52" "56"
    "66" "68" "75" "79" "80" "82" "86" "91" "92" "96"
}

/// Unpacks one of the files above.
pub(crate) fn unpack(packed: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(packed.len() * 8);
    GzDecoder::new(packed).read_to_end(&mut bytes)?;
    Ok(bytes)
}
