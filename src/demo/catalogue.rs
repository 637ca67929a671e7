//! The sample catalogues. Phú Thọ has the 38 schemes of `data/demo`; another province has the same and
//! some variants, so that the country has about 2,500.

use crate::demo::chance::Chance;
use crate::demo::press::Listed;
use crate::demo::sample::{Sample, SampleScheme};
use crate::error::Result;
use crate::schemes::scheme::Scheme;
use crate::schemes::store;
use crate::search::{self, Entry};
use crate::work::Work;

/// A name's ending, a code's ending: how a province varies a scheme.
const VARIANTS: [(&str, &str); 5] = [
    ("kiểu mẫu", "KM"),
    ("gắn với xây dựng nông thôn mới", "NT"),
    ("liên xã, phường", "LX"),
    ("có công nghệ hỗ trợ", "CN"),
    ("do người có uy tín chủ trì", "UT"),
];
/// How many variants a province has besides the 38.
const N_VARIANTS: usize = 37;

/// Keeps the sectors, which all provinces share.
pub(super) fn keep_sectors(work: &mut Work, sample: &Sample) -> Result<()> {
    let sql = "insert into sector (code, position, name_vi, name_en) values ($1, $2, $3, $4) on conflict do nothing";
    for (position, sector) in (1i64..).zip(&sample.sectors) {
        work.execute(
            sql,
            &[sector.code.as_str().into(), position.into(), sector.vi.as_str().into(), sector.en.as_str().into()],
        )?;
    }
    Ok(())
}

/// Keeps the catalogue of Phú Thọ.
pub(super) fn keep_own(
    work: &mut Work,
    chance: &mut Chance,
    sample: &Sample,
    province: (&str, &str),
) -> Result<Vec<Listed>> {
    let listed: Vec<Listed> = sample.schemes.iter().map(|own| plain(chance, own, province.1)).collect();
    keep(work, &listed, province.0)?;
    Ok(listed)
}

/// Keeps a catalogue with variants.
pub(super) fn keep_varied(
    work: &mut Work,
    chance: &mut Chance,
    sample: &Sample,
    province: (&str, &str),
) -> Result<Vec<Listed>> {
    let mut listed: Vec<Listed> = sample.schemes.iter().map(|own| plain(chance, own, province.1)).collect();
    let mut choices: Vec<(usize, usize)> = (0..sample.schemes.len())
        .flat_map(|scheme| (0..VARIANTS.len()).map(move |variant| (scheme, variant)))
        .collect();
    chance.shuffle(&mut choices);
    for (scheme, variant) in choices.into_iter().take(N_VARIANTS) {
        listed.push(varied(plain(chance, &sample.schemes[scheme], province.1), VARIANTS[variant]));
    }
    keep(work, &listed, province.0)?;
    Ok(listed)
}

fn keep(work: &mut Work, listed: &[Listed], province_id: &str) -> Result<()> {
    for Listed { scheme, .. } in listed {
        store::insert_scheme(work, scheme)?;
        let entry = Entry {
            thing: "scheme",
            thing_id: &scheme.id,
            pin_id: "",
            place_id: province_id,
            title: &scheme.name,
            detail: &scheme.code,
            also: &format!("{} {}", scheme.code, scheme.aliases.join(" ")),
            weight: 4,
        };
        search::insert(work, &entry)?;
    }
    Ok(())
}

fn plain(chance: &mut Chance, own: &SampleScheme, province: &str) -> Listed {
    let scheme = Scheme {
        province: province.to_owned(),
        id: chance.id(),
        code: own.code.clone(),
        slug: own.slug.clone(),
        name: own.name.clone(),
        aliases: own.aliases.clone(),
        sectors: own.sectors.clone(),
        purpose: own.purpose.clone(),
        contents: own.contents.clone(),
        origin: own.origin.clone().unwrap_or_default(),
        level: own.level.clone(),
        lead: own.lead.clone(),
        legal_basis: own.legal_basis.clone().unwrap_or_default(),
        described: own.described,
        sample: true,
    };
    Listed { scheme, area_kind: own.area_kind.clone() }
}

fn varied(mut listed: Listed, (ending, mark): (&str, &str)) -> Listed {
    let scheme = &mut listed.scheme;
    scheme.name = format!("{} {ending}", scheme.name);
    scheme.slug = format!("{}-{}", scheme.slug, fold::key(ending).replace(' ', "-"));
    scheme.code.push_str(mark);
    scheme.aliases.clear();
    listed
}
