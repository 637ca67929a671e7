//! Administrative papers as Word files, laid out as Annex I of Decree 30/2020/NĐ-CP asks: A4, margins of 20, 20, 30
//! and 15 mm, Times New Roman, the name of the State and its motto at the top right, page numbers in the top margin
//! from the second page on.

use docx_rs::{
    AlignmentType, Docx, Header, LineSpacing, LineSpacingType, PageMargin, PageNum, Paragraph, ParagraphBorder,
    ParagraphBorderPosition, ParagraphBorders, Run, RunFonts, SpecialIndentType, Table, TableCell, TableRow, WidthType,
};

/// A paper that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the paper cannot be written: {0}")]
pub struct Unwritten(String);

/// A paper with blanks to fill in.
#[derive(Clone, Debug, Default)]
pub struct Letter {
    /// Who issues it; a paper that households sign has no issuer.
    pub head: Option<Head>,
    /// The name of the State and its motto, which a text that is only read aloud does not bear.
    pub has_motto: bool,
    /// The kind of paper, in capitals.
    pub title: String,
    /// What it is about.
    pub subject: String,
    pub body: Vec<Block>,
}

/// The top left of a paper and the line below it.
#[derive(Clone, Debug, Default)]
pub struct Head {
    pub parent: String,
    pub issuer: String,
    pub number: String,
    pub place_and_day: String,
}

/// A part of a paper's body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    Heading(String),
    Text(String),
    /// A remark in italics, in the middle.
    Note(String),
    /// A table to fill in: its headings, how many empty rows.
    Table(Vec<String>, usize),
    /// Who signs, side by side: the office, and what is to be written below it.
    Signatures(Vec<(String, String)>),
}

// A twentieth of a point: 1 mm is 56.7 of them.
const PAGE: (u32, u32) = (11906, 16838);
const MARGIN: i32 = 1134;
const MARGIN_LEFT: i32 = 1701;
const MARGIN_RIGHT: i32 = 850;
const FIRST_LINE: i32 = 720;
const WIDTH: usize = 9355;
const WIDTH_LEFT: usize = 3400;
/// Cells keep this on both sides.
const CELL_MARGIN: i32 = 216;
// Half points.
const SIZE: usize = 28;
const SIZE_HEAD: usize = 26;
const SIZE_STATE: usize = 24;

const STATE: &str = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";
const MOTTO: &str = "Độc lập - Tự do - Hạnh phúc";
/// How wide the motto is in bold of 13 points.
const MOTTO_WIDTH: i32 = 3520;
const FONT: &str = "Times New Roman";

/// The paper as a DOCX file.
pub fn docx(letter: &Letter) -> Result<Vec<u8>, Unwritten> {
    let fonts = RunFonts::new().ascii(FONT).hi_ansi(FONT).cs(FONT).east_asia(FONT);
    let margins = PageMargin::new().top(MARGIN).bottom(MARGIN).left(MARGIN_LEFT).right(MARGIN_RIGHT).header(567);
    let number = Paragraph::new().align(AlignmentType::Center).add_page_num(PageNum::new());
    let mut docx = Docx::new()
        .default_fonts(fonts)
        .default_size(SIZE)
        .page_size(PAGE.0, PAGE.1)
        .page_margin(margins)
        .header(Header::new().add_paragraph(number))
        .first_header(Header::new().add_paragraph(Paragraph::new()))
        .title_pg();
    docx = match &letter.head {
        Some(head) => docx.add_table(head_table(head)),
        None if letter.has_motto => state_lines(WIDTH).into_iter().fold(docx, Docx::add_paragraph),
        None => docx,
    };
    docx = docx.add_paragraph(gap());
    docx = docx.add_paragraph(centred(&letter.title, SIZE, Face::Bold));
    if !letter.subject.is_empty() {
        docx = docx.add_paragraph(centred(&letter.subject, SIZE, Face::Bold));
    }
    docx = docx.add_paragraph(rule(WIDTH, 2400)).add_paragraph(gap());
    for block in &letter.body {
        docx = add(docx, block);
    }
    let mut file = std::io::Cursor::new(Vec::new());
    docx.pack(&mut file).map_err(|error| Unwritten(error.to_string()))?;
    Ok(file.into_inner())
}

#[derive(Clone, Copy)]
enum Face {
    Plain,
    Bold,
    Italic,
}

fn run(text: &str, size: usize, face: Face) -> Run {
    let run = Run::new().add_text(text).size(size);
    match face {
        Face::Plain => run,
        Face::Bold => run.bold(),
        Face::Italic => run.italic(),
    }
}

fn centred(text: &str, size: usize, face: Face) -> Paragraph {
    Paragraph::new().align(AlignmentType::Center).line_spacing(single()).add_run(run(text, size, face))
}

fn single() -> LineSpacing {
    LineSpacing::new().before(0).after(0).line(240).line_rule(LineSpacingType::Auto)
}

fn gap() -> Paragraph {
    Paragraph::new().line_spacing(single())
}

/// A line of this length in the middle of what is this wide; drawn, because underlining is not what the decree means.
fn rule(width: usize, length: i32) -> Paragraph {
    let side = (i32::try_from(width).unwrap_or(i32::MAX) - length) / 2;
    let top = ParagraphBorder::new(ParagraphBorderPosition::Top).size(6).space(1).color("000000");
    let spacing = LineSpacing::new().before(40).after(0).line(120).line_rule(LineSpacingType::Exact);
    let mut paragraph = Paragraph::new().line_spacing(spacing).indent(Some(side), None, Some(side), None);
    paragraph.property = paragraph.property.set_borders(ParagraphBorders::with_empty().set(top));
    paragraph
}

fn state_lines(width: usize) -> Vec<Paragraph> {
    vec![centred(STATE, SIZE_STATE, Face::Bold), centred(MOTTO, SIZE_HEAD, Face::Bold), rule(width, MOTTO_WIDTH)]
}

fn cell(width: usize, paragraphs: Vec<Paragraph>) -> TableCell {
    let cell = TableCell::new().width(width, WidthType::Dxa);
    paragraphs.into_iter().fold(cell, TableCell::add_paragraph)
}

fn inside(width: usize) -> usize {
    width.saturating_sub(CELL_MARGIN.unsigned_abs() as usize)
}

fn head_table(head: &Head) -> Table {
    let right = WIDTH - WIDTH_LEFT;
    let mut issuer = Vec::new();
    if !head.parent.is_empty() {
        issuer.push(centred(&head.parent, SIZE_STATE, Face::Plain));
    }
    issuer.push(centred(&head.issuer, SIZE_STATE, Face::Bold));
    issuer.push(rule(inside(WIDTH_LEFT), 1100));
    let names = TableRow::new(vec![cell(WIDTH_LEFT, issuer), cell(right, state_lines(inside(right)))]);
    let number = cell(WIDTH_LEFT, vec![centred(&head.number, SIZE_HEAD, Face::Plain)]);
    let day = cell(right, vec![centred(&head.place_and_day, SIZE_HEAD, Face::Italic)]);
    Table::without_borders(vec![names, TableRow::new(vec![number, day])])
        .set_grid(vec![WIDTH_LEFT, right])
        .width(WIDTH, WidthType::Dxa)
}

fn add(docx: Docx, block: &Block) -> Docx {
    match block {
        Block::Heading(text) => docx.add_paragraph(body(text, Face::Bold).keep_next(true)),
        Block::Text(text) => docx.add_paragraph(body(text, Face::Plain)),
        Block::Note(text) => docx.add_paragraph(centred(text, SIZE_HEAD, Face::Italic)),
        Block::Table(headings, n_rows) => docx.add_table(to_fill_in(headings, *n_rows)).add_paragraph(gap()),
        Block::Signatures(who) => docx.add_paragraph(gap()).add_table(signatures(who)),
    }
}

/// A run of dots to write on; it is no word, and a line that were justified beside it would be torn apart.
const BLANK: &str = "………";

fn body(text: &str, face: Face) -> Paragraph {
    let align = if text.contains(BLANK) { AlignmentType::Left } else { AlignmentType::Both };
    let spacing = LineSpacing::new().before(0).after(120).line(264).line_rule(LineSpacingType::Auto);
    Paragraph::new()
        .align(align)
        .line_spacing(spacing)
        .indent(None, Some(SpecialIndentType::FirstLine(FIRST_LINE)), None, None)
        .add_run(run(text, SIZE, face))
}

/// The first column, which numbers the rows, is narrow.
fn to_fill_in(headings: &[String], n_rows: usize) -> Table {
    const NARROW: usize = 700;
    let others = headings.len().saturating_sub(1).max(1);
    let width = |n: usize| if n == 0 && headings.len() > 1 { NARROW } else { (WIDTH - NARROW) / others };
    let row = |text: &dyn Fn(usize) -> String, face| {
        let cells = (0..headings.len()).map(|n| cell(width(n), vec![centred(&text(n), SIZE_STATE, face)]));
        TableRow::new(cells.collect()).cant_split()
    };
    let mut rows = vec![row(&|n| headings[n].clone(), Face::Bold)];
    rows.extend((1..=n_rows).map(|at| row(&|n| if n == 0 { at.to_string() } else { String::new() }, Face::Plain)));
    Table::new(rows).set_grid((0..headings.len()).map(width).collect()).width(WIDTH, WidthType::Dxa)
}

fn signatures(who: &[(String, String)]) -> Table {
    let width = WIDTH / who.len().max(1);
    let cells = who.iter().map(|(office, hint)| {
        let mut lines = vec![centred(office, SIZE, Face::Bold), centred(hint, SIZE_HEAD, Face::Italic)];
        lines.extend((0..4).map(|_| gap()));
        cell(width, lines)
    });
    let row = TableRow::new(cells.collect()).cant_split();
    Table::without_borders(vec![row]).set_grid(vec![width; who.len()]).width(WIDTH, WidthType::Dxa)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn part(file: Vec<u8>, name: &str) -> String {
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(file)).unwrap();
        let mut text = String::new();
        zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    fn letter() -> Letter {
        let head = Head {
            parent: "UBND XÃ ………".into(),
            issuer: "BAN CHỈ ĐẠO".into(),
            number: "Số: ……/QC-BCĐ".into(),
            place_and_day: "………, ngày … tháng … năm ……".into(),
        };
        let body = vec![
            Block::Heading("Điều 1. Phạm vi".into()),
            Block::Text("A & B < C".into()),
            Block::Table(vec!["TT".into(), "Họ, tên".into()], 2),
            Block::Signatures(vec![("TM. BAN CHỈ ĐẠO".into(), "(Ký, ghi rõ họ tên)".into())]),
        ];
        Letter { head: Some(head), has_motto: true, title: "QUY CHẾ".into(), subject: "Hoạt động".into(), body }
    }

    #[test]
    fn a_paper_is_laid_out_as_the_decree_asks() {
        let document = part(docx(&letter()).unwrap(), "word/document.xml");
        for told in [STATE, MOTTO, "w:w=\"11906\"", "w:left=\"1701\"", "w:right=\"850\"", "w:top=\"1134\""] {
            assert!(document.contains(told), "{told}: {document}");
        }
        assert!(document.contains("A &amp; B &lt; C"), "what is written is escaped");
        assert!(document.find(STATE) < document.find("QUY CHẾ"));
    }

    #[test]
    fn a_line_to_fill_in_is_not_torn_apart() {
        let body = vec![Block::Text("Ông, bà: ……………".into()), Block::Text("Quy chế này".into())];
        let document = part(docx(&Letter { body, ..Letter::default() }).unwrap(), "word/document.xml");
        let before = |text: &str| {
            let own = document.split("<w:p ").find(|paragraph| paragraph.contains(text)).unwrap();
            own.contains("<w:jc w:val=\"both\"")
        };
        assert!(!before("Ông, bà") && before("Quy chế này"), "{document}");
    }

    #[test]
    fn the_font_is_the_decrees_and_pages_are_numbered_from_the_second_on() {
        let file = docx(&letter()).unwrap();
        assert!(part(file.clone(), "word/styles.xml").contains("Times New Roman"));
        assert!(part(file.clone(), "word/document.xml").contains("<w:titlePg"));
        let headers = ["word/header1.xml", "word/header2.xml"].map(|name| part(file.clone(), name));
        assert_eq!(headers.iter().filter(|text| text.contains("PAGE")).count(), 1, "{headers:?}");
    }

    #[test]
    fn a_text_that_is_read_aloud_bears_no_motto() {
        let talk = Letter { title: "BÀI TUYÊN TRUYỀN".into(), ..Letter::default() };
        assert!(!part(docx(&talk).unwrap(), "word/document.xml").contains(STATE));
    }
}
