//! What schemes are called: spellings that mean the same, and names that are near one another.

/// Nearer than this two names may mean the same scheme; a person decides.
const NEAR: f64 = 0.5;
/// So many names are proposed.
const MOST: usize = 3;

/// The names that are near to what was told, the nearest first.
pub fn alike<'n>(names: impl Iterator<Item = &'n str>, told: &str) -> Vec<&'n str> {
    let told = plain(told);
    let mut near: Vec<(f64, &str)> = names.map(|name| (fold::similarity(&plain(name), &told), name)).collect();
    near.retain(|(likeness, _)| *likeness > NEAR);
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    near.into_iter().take(MOST).map(|(_, name)| name).collect()
}

/// A scheme's name with figures for number words and without abbreviations.
pub fn plain(told: &str) -> String {
    let key = fold::key(told);
    let key = key.strip_prefix("diem mo hinh ").or_else(|| key.strip_prefix("mo hinh ")).unwrap_or(&key);
    let words: Vec<&str> = key.split(' ').collect();
    let spelt = words.iter().enumerate().map(|(at, word)| match *word {
        "an" if stands_for_security(words.get(at + 1)) => "an ninh",
        "antt" | "anttt" => "an ninh trat tu",
        "antq" => "an ninh to quoc",
        "pccc" => "phong chay chua chay",
        "atgt" => "an toan giao thong",
        "kdc" => "khu dan cu",
        "bao" if words.get(at + 1) == Some(&"dam") => "dam",
        "dam" if at > 0 && words[at - 1] == "bao" => "bao",
        "mot" | "01" => "1",
        "hai" | "02" => "2",
        "ba" | "03" => "3",
        "bon" | "04" => "4",
        "nam" | "05" => "5",
        "sau" | "06" => "6",
        "bay" | "07" => "7",
        word => word,
    });
    spelt.collect::<Vec<&str>>().join(" ")
}

/// `Tiếng kẻng AN` is `an ninh`; `an toàn`, `an sinh`, `an dân` are words of their own.
fn stands_for_security(next: Option<&&str>) -> bool {
    next.is_none_or(|next| matches!(*next, "trat" | "tai" | "tren" | "o" | "khu" | "va"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_near_are_proposed_the_nearest_first() {
        let names = ["Camera an ninh", "Tiếng kẻng an ninh", "Tiếng chuông bình yên", "Chợ văn minh"];
        assert_eq!(alike(names.into_iter(), "Tiếng kẻng AN thôn"), ["Tiếng kẻng an ninh"]);
        assert_eq!(alike(names.into_iter(), "mo hinh tieng chuong binh yen")[0], "Tiếng chuông bình yên");
        assert!(alike(names.into_iter(), "Vườn hoa").is_empty());
    }
}
