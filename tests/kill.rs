//! The program is killed outright while it writes. What it acknowledged is there afterwards, a list is in the
//! register whole or not at all, and the self-check passes.
//!
//! The moment of a kill is drawn by chance; nothing waits for a clock, and no outcome depends on one.

use std::collections::BTreeSet;
use std::fs;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::thread;

const PROGRAM: &str = env!("CARGO_BIN_EXE_diemsang");
const N_WRITERS: usize = 2;
const N_KILLS: usize = 3;
const N_ROWS: usize = 300;

/// A data folder of its own, removed when the test ends.
struct Register(PathBuf);

impl Drop for Register {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Register {
    fn new(name: &str) -> Register {
        let dir = std::env::temp_dir().join(format!("diemsang-kill-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(&dir).expect("a temporary folder can be made");
        Register(dir)
    }

    /// The sample province.
    fn sample(name: &str) -> Register {
        let register = Register::new(name);
        register.expect(&["demo"]);
        register
    }

    fn copy(&self, name: &str) -> Register {
        let copy = Register::new(name);
        for entry in fs::read_dir(&self.0).expect("the folder is there") {
            let path = entry.expect("its entries can be read").path();
            fs::copy(&path, copy.0.join(path.file_name().expect("an entry has a name"))).expect("a file can be copied");
        }
        copy
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).arg("--dir").arg(&self.0);
        command.env_remove("DIEMSANG_DIR").env_remove("DIEMSANG_DATABASE").stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the program can be started")
    }

    fn expect(&self, arguments: &[&str]) {
        let output = self.run(arguments);
        let told = [output.stdout, output.stderr].concat();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&told));
    }

    /// How many points of the test's own list the register holds.
    fn n_listed(&self) -> usize {
        let file = self.0.join("out.csv");
        let path = file.to_string_lossy().into_owned();
        self.expect(&["export", "points", &path]);
        fs::read_to_string(&file).expect("the list was written").matches("Xóm Nhập ").count()
    }

    fn size_of_log(&self) -> u64 {
        fs::metadata(self.0.join("diemsang.sqlite-wal")).map_or(0, |file| file.len())
    }
}

/// The program while it serves; killed outright at the latest when the test is over.
struct Server {
    child: Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Serves on a free port; another one when someone was faster.
    fn start(register: &Register) -> Server {
        Server::start_with(register, &[])
    }

    fn start_with(register: &Register, more: &[&str]) -> Server {
        for _ in 0..20 {
            let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
            let address = port.expect("there is a free port").to_string();
            let mut child = register
                .command(&["serve", "--listen", &address])
                .args(more)
                .stdout(Stdio::piped())
                .spawn()
                .expect("the program can be started");
            let mut out = BufReader::new(child.stdout.take().expect("its output is taken"));
            let mut line = String::new();
            let n = out.read_line(&mut line).expect("its first line is text");
            thread::spawn(move || out.read_to_end(&mut Vec::new()));
            let server = Server { child, address };
            if n > 0 {
                return server;
            }
        }
        panic!("the program does not serve");
    }

    fn kill(mut self) {
        self.child.kill().expect("the program still runs");
        self.child.wait().expect("the program has ended");
    }

    fn visitor(&self, cookie: &str) -> Visitor {
        Visitor { address: self.address.clone(), cookie: cookie.to_owned() }
    }
}

/// What came back: nothing of it counts unless its head came whole.
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn read(bytes: &[u8]) -> Option<Answer> {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n")?;
        let status = head.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
        Some(Answer { status, head: head.to_owned(), body: body.to_owned() })
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

#[derive(Clone)]
struct Visitor {
    address: String,
    cookie: String,
}

impl Visitor {
    /// Signs the officer of a commune in.
    fn officer(server: &Server) -> Visitor {
        let stranger = server.visitor("");
        let fields = [("user_name", "nhannghia"), ("password", "diemsang-demo-2026")];
        let answer = stranger.post("/sign-in", &fields).expect("the server answers");
        let cookie = answer.header("set-cookie").and_then(|value| value.split(';').next()).map(str::to_owned);
        server.visitor(&cookie.expect("signing in gives a cookie"))
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> Option<Answer> {
        let mut stream = TcpStream::connect(&self.address).ok()?;
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            self.cookie,
            body.len()
        );
        stream.write_all(request.as_bytes()).ok()?;
        let mut bytes = Vec::new();
        // A connection that breaks off may still have brought the whole head.
        let _ = stream.read_to_end(&mut bytes);
        Answer::read(&bytes)
    }

    fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, "").expect("the server answers")
    }

    fn post(&self, path: &str, fields: &[(&str, &str)]) -> Option<Answer> {
        let body: Vec<String> = fields.iter().map(|(key, value)| format!("{key}={}", escaped(value))).collect();
        self.ask("POST", path, &body.join("&"))
    }
}

fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// A number below `end`.
fn chance(end: usize) -> usize {
    let drawn = RandomState::new().build_hasher().finish() as usize;
    drawn % end.max(1)
}

/// A point that the server said it has: its address and the name of its place.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Acknowledged {
    path: String,
    area: String,
}

/// What an officer chooses in the form of a new point.
#[derive(Clone)]
struct Choices {
    scheme: String,
    commune: String,
}

impl Choices {
    fn of(officer: &Visitor) -> Choices {
        let page = officer.get("/points/new").body;
        let first = |list: &str| {
            let options = page.split(&format!("id=\"{list}\"")).nth(1).expect("the form has this list");
            let values = options.split("<option value=\"").skip(1).map(|rest| rest.split('"').next().unwrap_or(""));
            values.filter(|value| !value.is_empty()).map(str::to_owned).next().expect("the list has an option")
        };
        Choices { scheme: first("scheme"), commune: first("commune") }
    }
}

/// Registers points until the server is gone, and tells each that was acknowledged.
fn write(officer: &Visitor, choices: &Choices, writer: &str, told: &Sender<Result<Acknowledged, String>>) {
    for n in 0.. {
        let area = format!("Xóm Bền {writer}-{n}");
        let fields = [
            ("key", area.as_str()),
            ("scheme", &choices.scheme),
            ("commune", &choices.commune),
            ("area_kind", "residential_area"),
            ("area_name", &area),
            ("lead", "Công an xã"),
            ("n_households", "40"),
            ("is_another", "1"),
        ];
        let Some(answer) = officer.post("/points/new", &fields) else { return };
        let path = answer.header("location").filter(|path| answer.status == 303 && path.starts_with("/points/"));
        let fact = match path {
            Some(path) => Ok(Acknowledged { path: path.to_owned(), area }),
            None => Err(format!("{}: {}", answer.status, answer.body)),
        };
        if told.send(fact).is_err() {
            return;
        }
    }
}

/// Writes from several sides, kills the server after some acknowledgements, gives all of them.
fn write_until_killed(server: Server, round: usize) -> Vec<Acknowledged> {
    let officer = Visitor::officer(&server);
    let choices = Choices::of(&officer);
    let (tell, told) = channel();
    let writers: Vec<_> = (0..N_WRITERS)
        .map(|writer| {
            let (officer, choices, tell) = (officer.clone(), choices.clone(), tell.clone());
            thread::spawn(move || write(&officer, &choices, &format!("{round}-{writer}"), &tell))
        })
        .collect();
    drop(tell);
    let mut acknowledged = Vec::new();
    let most = 5 + chance(40);
    while acknowledged.len() < most {
        let fact = told.recv().expect("the writers go on until the server is gone");
        acknowledged.push(fact.expect("a new point is taken"));
    }
    (0..chance(2_000)).for_each(|_| thread::yield_now());
    server.kill();
    for writer in writers {
        writer.join().expect("a writer ends with the server");
    }
    acknowledged.extend(told.iter().map(|fact| fact.expect("a new point is taken")));
    acknowledged
}

/// The acknowledged points that the register does not show.
fn lost(server: &Server, acknowledged: &BTreeSet<Acknowledged>) -> Vec<Acknowledged> {
    let officer = Visitor::officer(server);
    let is_there = |point: &&Acknowledged| {
        let answer = officer.get(&point.path);
        answer.status == 200 && answer.body.contains(&point.area)
    };
    acknowledged.iter().filter(|point| !is_there(point)).cloned().collect()
}

#[test]
fn what_was_acknowledged_outlives_a_killed_server() {
    let register = Register::sample("serve");
    let before = register.copy("before");
    let mut acknowledged = BTreeSet::new();
    for round in 0..N_KILLS {
        let new = write_until_killed(Server::start(&register), round);
        let n_before = acknowledged.len();
        let n_new = new.len();
        acknowledged.extend(new);
        assert_eq!(acknowledged.len(), n_before + n_new, "each point has its own address");
        register.expect(&["check"]);
        assert_eq!(lost(&Server::start(&register), &acknowledged), []);
    }
    // The same look at a register that never took them finds every one missing: the question can be answered no.
    assert_eq!(lost(&Server::start(&before), &acknowledged).len(), acknowledged.len());
}

/// A list of points, all new.
/// Asks it to stop, as an operating system does, while someone is still connected.
fn stop(mut server: Server) {
    let kept = TcpStream::connect(&server.address).expect("it listens");
    let asked = (&kept).write_all(format!("GET /ready HTTP/1.1\r\nHost: {}\r\n\r\n", server.address).as_bytes());
    asked.expect("it takes a request");
    let n = (&kept).read(&mut [0; 1000]).expect("it answers");
    assert!(n > 0);
    drop(kept);
    let told = Command::new("kill").arg(server.child.id().to_string()).status().expect("kill can be started");
    assert!(told.success());
    let ended = server.child.wait().expect("it ends");
    assert!(ended.success(), "{ended}");
}

#[test]
fn a_server_that_is_asked_to_stop_ends_well() {
    let register = Register::new("stop");
    stop(Server::start(&register));
    if let Ok(postgres) = std::env::var("DIEMSANG_TEST_POSTGRES") {
        stop(Server::start_with(&register, &["--database", &postgres]));
    }
}

fn list(dir: &Path) -> String {
    let mut text = String::from(
        "Xã,Loại địa bàn,Địa bàn,Tên mô hình,Ngày ra mắt,Quyết định số,Ngày quyết định,Cơ quan ban hành,Số tổ,\
         Số thành viên,Số hộ\n",
    );
    for n in 0..N_ROWS {
        text.push_str(&format!(
            "Xã Nhân Nghĩa,Khu dân cư,Xóm Nhập {n:03},\"4 an toàn về an ninh, trật tự\",15/09/2025,173/QĐ-UBND,\
             12/09/2025,Ủy ban nhân dân xã Nhân Nghĩa,1,11,40\n"
        ));
    }
    let file = dir.join("list.csv");
    fs::write(&file, text).expect("the list can be written");
    file.to_string_lossy().into_owned()
}

/// How often a running import was looked at: from its start, and since it first wrote into the database's log.
#[derive(Clone, Copy, Default, Debug)]
struct Looks {
    all: usize,
    writing: usize,
}

/// Imports a list, killed when `enough` says so; tells how often it was looked at, and whether it ended first.
fn import(register: &Register, list: &str, enough: impl Fn(Looks) -> bool) -> (Looks, bool) {
    let size_before = register.size_of_log();
    let mut command = register.command(&["import", "points", list]);
    let mut child = command.stdout(Stdio::null()).spawn().expect("the program can be started");
    let mut looks = Looks::default();
    loop {
        if let Some(status) = child.try_wait().expect("the program can be looked at") {
            assert!(status.success(), "an import that is let alone succeeds");
            return (looks, true);
        }
        if enough(looks) {
            child.kill().expect("the program can be killed");
            return (looks, child.wait().expect("the program has ended").success());
        }
        looks.all += 1;
        if looks.writing > 0 || register.size_of_log() > size_before {
            looks.writing += 1;
        }
        thread::yield_now();
    }
}

fn expect_all_or_nothing(register: &Register, looks: Looks) {
    register.expect(&["check"]);
    let n = register.n_listed();
    assert!(n == N_ROWS || n == 0, "{n} of {N_ROWS} rows are there, killed at {looks:?}");
}

#[test]
fn a_killed_import_leaves_the_whole_list_or_nothing_of_it() {
    let sample = Register::sample("import");
    let list = list(&sample.0);
    assert_eq!(sample.n_listed(), 0);
    let whole = sample.copy("whole");
    let (most, _) = import(&whole, &list, |_| false);
    assert_eq!(whole.n_listed(), N_ROWS, "every row of the list is good");
    assert!(most.writing > 0, "the import was seen writing");
    for _ in 0..N_KILLS {
        let (reading, writing) = (chance(most.all), 1 + chance(most.writing));
        let register = sample.copy("killed");
        let (looks, _) = import(&register, &list, |looks| looks.all >= reading);
        expect_all_or_nothing(&register, looks);
        let register = sample.copy("killed-writing");
        let (looks, _) = import(&register, &list, |looks| looks.writing >= writing);
        expect_all_or_nothing(&register, looks);
    }
    let register = sample.copy("killed");
    let (looks, ended) = import(&register, &list, |looks| looks.all > 0);
    expect_all_or_nothing(&register, looks);
    assert!(!ended, "an import that has just begun is killed");
    import(&register, &list, |_| false);
    assert_eq!(register.n_listed(), N_ROWS, "what was killed can be sent again");
    register.expect(&["check"]);
}
