// Journeys in real Chromium: every page at two widths with axe, without script, and the story of a point.
import { createHmac } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import { ways } from './ways.mjs';

// The program, and another server on the same data that locks every session at once.
const [base, locking] = process.argv.slice(2);
const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none', '--disable-background-networking', '--lang=vi-VN'],
});
let passed = 0;
let failed = 0;

function check(name, holds, more = '') {
  if (holds) passed += 1;
  else {
    failed += 1;
    console.log(`FAILED ${name} ${more}`);
  }
}

async function visitor(options, user) {
  const context = await browser.newContext({ locale: 'vi-VN', timezoneId: 'Asia/Ho_Chi_Minh', reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  page.problems = [];
  page.on('console', (message) => message.type() === 'error' && page.problems.push(message.text()));
  page.on('pageerror', (error) => page.problems.push(String(error)));
  if (user) {
    await page.goto(`${base}/sign-in`);
    await page.getByLabel('Tên đăng nhập').fill(user);
    await page.getByLabel('Mật khẩu').fill('diemsang-demo-2026');
    await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click();
    await page.waitForURL('**/dashboard');
  }
  return page;
}

async function pages(page) {
  const points = await (await page.request.get(`${base}/api/v1/points?status=active&limit=1`)).json();
  const point = `/points/${points.points[0].id}`;
  const first = async (folder) => (await (await page.request.get(base + folder)).text()).match(new RegExp(`${folder}/([0-9a-f-]{36})`))[0];
  // The second of a tree comes from the first.
  const replicated = (await (await page.request.get(`${base}/schemes/TQ5/lineage`)).text()).match(/\/points\/[0-9a-f-]{36}\/lineage/g)[1];
  const scheme = (await (await page.request.get(`${base}/api/v1/schemes`)).json())[0].slug;
  return [
    '/dashboard', '/points', point, `${point}/edit`, `${point}/steps/new`, `${point}/teams/new`, `${point}/dossier`, `${point}/activities`, `${point}/activities/new`, `${point}/activities/month`, `${point}/means`, `${point}/lineage`, replicated, '/activities', '/heartbeat', '/reviews', await first('/reviews'), '/lessons', '/heartbeat?life=all', '/heartbeat/rules', '/heartbeat/months?place=05290', '/heartbeat/months?place=05290&lang=en', '/heartbeat/months?place=05290&lang=vi', '/heartbeat/rules/preview?place=25&per_month=2&n_months=6&n_members=5&dormant_after=6&from_on=01/01/2027', '/checks', `${point}/dossier/new`, '/papers', '/papers?q=khongcogi', await first('/papers'), '/dossier-items', '/dossier-items?code=regulation', '/terms/traits', '/terms/traits?code=mountain', '/terms/readiness', '/terms/survey', '/points/new', '/schemes',
    `/schemes/${scheme}`, `/schemes/${scheme}/kit`, `/schemes/ban-mong-binh-yen/kit`, `/schemes/${scheme}/names`, '/schemes/new', '/schemes/tieng-keng-an-ninh/names?into=tieng-chuong-binh-yen', `/schemes/${scheme}/lineage`, '/schemes/tieng-chuong-binh-yen/fit', '/schemes/tieng-chuong-binh-yen/fit?all=1', '/places/05290/fit', '/places/05290/fit?scheme=camera-an-ninh', '/places/05299/fit', '/schemes/TQ5/lineage?at=30/11/2025', '/schemes/LGTQ/lineage?lang=en', '/schemes/TQ5/lineage?lang=vi', '/figures', '/figures/C1', '/figures/C2?by=sector', '/figures/C12?by=reason&from=01/01/2022', '/figures/C2/rows',
    '/figures/C2?boundaries=30/06/2025', '/dashboard?boundaries=30/06/2025', '/points?at=30/06/2025&boundaries=01/01/2023', '/places', '/places/07942@', '/places/07942@2025-07-01',
    '/groupings', await first('/groupings'), `${await first('/groupings')}/edit`, `${await first('/groupings')}/members`, '/groupings/new', '/groupings?lang=en', '/groupings?lang=vi',
    '/figures/C2?by=grouping:cum-thi-dua-2026', '/figures/C2/rows?group=cum-thi-dua-2026.', '/places?place=25&boundaries=30/06/2025',
    '/search?q=hung+vuong', '/search?q=khongcogi', '/exemplars', await first('/exemplars'), '/exemplars/new', '/commendations',
    await first('/commendations'), '/people', '/people?q=khongai', '/people/new', await first('/people'), `${await first('/people')}/edit`,
    `${await first('/people')}/consents/new`, '/requests', '/requests?all=1', '/requests/new', await first('/requests'), '/incidents', '/incidents/new',
    await first('/incidents'), '/rules', '/import', '/password', '/security', '/tokens', '/dashboard?lang=en', '/points?lang=en', '/dashboard?lang=vi',
  ];
}

async function administrationPages(page) {
  const account = (await (await page.request.get(`${base}/accounts`)).text()).match(/\/accounts\/[0-9a-f-]{36}/)[0];
  const person = (await (await page.request.get(`${base}/people`)).text()).match(/\/people\/[0-9a-f-]{36}/)[0];
  return [
    '/accounts', account, '/accounts/new', '/accounts/reviews', '/rights?user=nhannghia&where=25', '/policy', '/sessions', '/journal',
    '/journal?who=khongai', '/journal?chain=reads', '/journal/anchors', `${person}/erasure`, '/retention', '/rules', '/people?lang=en',
    '/rules?lang=en', '/rules?lang=vi',
  ];
}

async function aGroupingOfPlaces() {
  const page = await visitor({ javaScriptEnabled: false, viewport: { width: 390, height: 800 } }, 'pv05');
  await page.goto(`${base}/groupings/new?place=25`);
  await page.getByLabel('Tên cách nhóm').fill('Cụm thử trình duyệt');
  await page.getByLabel('Loại', { exact: true }).selectOption('police_cluster');
  await page.getByRole('button', { name: 'Lưu' }).click();
  await page.getByLabel('Thêm nhóm').fill('Cụm Bắc\nCụm Nam');
  await page.getByRole('button', { name: 'Lưu' }).click();
  await page.getByRole('button', { name: 'Xếp nhóm' }).click();
  const commune = page.getByLabel('Xã Nhân Nghĩa');
  await commune.selectOption({ label: 'Cụm Nam' });
  await page.getByRole('button', { name: 'Lưu' }).click();
  check('a commune is in its group', await page.getByRole('row', { name: /Cụm Nam/ }).getByRole('link', { name: 'Xã Nhân Nghĩa' }).isVisible());
  await page.getByRole('button', { name: 'Xem chỉ tiêu theo nhóm' }).click();
  const link = page.getByRole('link', { name: 'Cụm Nam' });
  const shown = await page.locator('.cotso li', { has: link }).locator('b').innerText();
  await link.click();
  check('a group is a figure of its own', (await page.locator('.dai .con').nth(1).innerText()).trim() === shown.trim(), shown);
  await page.getByRole('button', { name: 'Mở các dòng' }).click();
  const rows = await page.locator('tbody tr').count();
  check('it opens as many rows', rows === Number(shown.replaceAll('.', '')), `${rows} ${shown}`);
  await page.context().close();
}

async function areasFromAList() {
  const page = await visitor({ viewport: { width: 390, height: 800 } }, 'pv05');
  await page.goto(`${base}/import?place=25`);
  const list = 'TT,Xã,Khu dân cư,Số hộ,Số nhân khẩu\n1,Nhân Nghĩa,Xóm Trình Duyệt,55,210\n2,Nhân Nghĩa,Xóm Sai,-1,9\n';
  await page.getByLabel('Tệp Excel, ODS hoặc CSV').setInputFiles({ name: 'khu-dan-cu.csv', mimeType: 'text/csv', buffer: Buffer.from(list) });
  await page.getByRole('button', { name: 'Kiểm tra' }).click();
  check('the cell that is wrong is named', await page.getByRole('rowheader', { name: 'D3' }).isVisible());
  await page.getByRole('button', { name: 'Áp dụng các dòng mới và thay đổi' }).click();
  await page.goto(`${base}/search?q=xom+trinh+duyet`);
  await page.getByRole('link', { name: /Xóm Trình Duyệt/ }).first().click();
  check('an area tells its people', (await page.locator('.tq-dl').innerText()).includes('210'));
  await page.context().close();
}

async function everyPage() {
  await lookAt('pv05', pages);
  await lookAt('quantri', administrationPages);
}

async function clean(page, name) {
  await page.evaluate(axe);
  const found = await page.evaluate((tags) => axe.run(document, { runOnly: tags }), rules);
  check(`${name} is clean to axe`, found.violations.length === 0, found.violations.map((v) => `${v.id}: ${v.nodes[0].html.slice(0, 120)}`).join('; '));
}

async function lookAt(user, list) {
  for (const width of [1440, 390]) {
    const page = await visitor({ viewport: { width, height: 900 }, bypassCSP: true }, user);
    for (const path of await list(page)) {
      const answer = await page.goto(base + path);
      check(`${path} opens`, answer.status() === 200, answer.status());
      await clean(page, `${path} at ${width}`);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      check(`${path} at ${width} does not scroll sideways`, over <= 0, over);
    }
    await page.context().close();
  }
}

async function contentPolicy() {
  const page = await visitor({}, 'pv05');
  for (const path of ['/dashboard', '/points', '/figures/C2', '/security']) await page.goto(base + path);
  check('no page offends its content policy', page.problems.length === 0, page.problems.join('; '));
  await page.context().close();
}

async function withoutScript() {
  const page = await visitor({ javaScriptEnabled: false }, 'nhannghia');
  await page.goto(`${base}/points`);
  await page.getByLabel('Tình trạng').selectOption('active');
  await page.getByRole('button', { name: 'Lọc' }).click();
  check('filtering works without script', page.url().includes('status=active'));
  await page.locator('tbody a').first().click();
  check('a point opens without script', (await page.locator('h1').count()) === 1 && page.url().includes('/points/'));
  await page.context().close();
}

async function stranger() {
  const page = await visitor({});
  for (const path of ['/dashboard', '/points', '/figures/C2', '/places', '/import']) {
    await page.goto(base + path);
    check(`a stranger is sent from ${path} to sign in`, page.url().includes('/sign-in'));
  }
  await page.getByLabel('Tên đăng nhập').fill('pv05');
  await page.getByLabel('Mật khẩu').fill('sai-mat-khau');
  await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click();
  check('a wrong password is told', await page.getByRole('alert').isVisible());
  await page.context().close();
}

async function lifeOfAPoint() {
  const page = await visitor({ viewport: { width: 390, height: 800 } }, 'nhannghia');
  await page.goto(`${base}/points/new`);
  await page.getByRole('button', { name: 'Thêm điểm mô hình' }).click();
  check('an empty form is told what is missing', await page.getByRole('alert').isVisible());
  await page.getByLabel('Loại mô hình', { exact: true }).selectOption({ index: 3 });
  await page.getByLabel('Loại địa bàn').selectOption('residential_area');
  await page.getByLabel('Tên khu dân cư, cơ quan, đơn vị').fill('Xóm Hành Trình');
  await page.getByLabel('Cơ quan chủ trì').fill('Công an xã');
  await page.getByLabel('Số hộ tham gia').fill('1.142');
  await page.getByRole('button', { name: 'Thêm điểm mô hình' }).click();
  await page.waitForURL(/points\/[0-9a-f-]{36}$/);
  check('the new point is shown', (await page.locator('h1').innerText()).includes('Xóm Hành Trình') && (await page.content()).includes('1.142 hộ'));
  await page.getByRole('button', { name: 'Chuyển bước' }).click();
  await page.getByLabel('Ra mắt').check();
  await page.getByLabel('Ngày thực hiện').fill('01/10/2026');
  await page.getByRole('button', { name: 'Ghi bước' }).click();
  check('a launch without approval is refused', (await page.getByRole('alert').innerText()).includes('phê duyệt'));
  const point = page.url().replace(/\/steps\/new$/, '');
  const approve = async () => {
    await page.goto(`${point}/steps/new`);
    await page.getByLabel('Phê duyệt', { exact: true }).check();
    await page.getByLabel('Ngày thực hiện').fill('20/9/2026');
    await page.getByLabel('Số, ký hiệu').fill('31/KH-UBND');
    await page.getByLabel('Ngày văn bản').fill('20/9/2026');
    await page.getByLabel('Cơ quan ban hành').fill('UBND xã');
    await page.getByRole('button', { name: 'Ghi bước' }).click();
  };
  await approve();
  check('an approval without the papers of the survey is refused', (await page.getByRole('alert').innerText()).includes('Báo cáo khảo sát'));
  await page.goto(`${point}/steps/new`);
  await page.getByLabel('Phê duyệt kế hoạch khảo sát').check();
  await page.getByLabel('Ngày thực hiện').fill('10/9/2026');
  await page.getByLabel('Số, ký hiệu').fill(`${Date.now()}/KH-KS`);
  await page.getByLabel('Ngày văn bản').fill('10/9/2026');
  await page.getByLabel('Cơ quan ban hành').fill('UBND xã');
  await page.getByRole('button', { name: 'Ghi bước' }).click();
  check('a survey plan that lacks a heading is refused', (await page.getByRole('alert').innerText()).includes('Tình hình an ninh, trật tự'));
  for (const heading of await page.locator('#headings input').all()) await heading.check();
  await page.getByRole('button', { name: 'Ghi bước' }).click();
  await page.waitForURL(/points\/[0-9a-f-]{36}$/);
  check('what the survey plan covers is told', (await page.content()).includes('Kế hoạch khảo sát nêu:'));
  for (const [n, paper] of ['Báo cáo khảo sát', 'Tờ trình', 'Kế hoạch xây dựng'].entries()) {
    await page.goto(`${point}/steps/new`);
    await page.getByRole('link', { name: `Thêm ${paper}` }).first().click();
    await page.getByLabel('Số, ký hiệu').fill(`${n}/HT-${Date.now()}`);
    await page.getByLabel('Ngày văn bản').fill('15/9/2026');
    await page.getByLabel('Cơ quan ban hành').fill('Công an xã');
    await page.getByLabel('Tệp', { exact: true }).setInputFiles({ name: 'Báo cáo.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 thử') });
    await page.getByRole('button', { name: 'Thêm văn bản vào hồ sơ' }).click();
    await page.waitForURL('**/dossier');
  }
  check('a file can be fetched from the dossier', (await page.request.get(base + await page.getByRole('link', { name: 'Báo cáo.pdf' }).first().getAttribute('href'))).headers()['content-disposition'].startsWith('attachment'));
  await approve();
  await page.waitForURL(/points\/[0-9a-f-]{36}$/);
  check('the approval and its paper are shown', (await page.content()).includes('31/KH-UBND'));
  await page.context().close();
}

// The steps of a journey through the life of points, as an officer takes them with the guide at hand.
async function step(page, point, label, day, more = async () => {}) {
  await page.goto(`${point}/steps/new`);
  await page.getByLabel(label, { exact: true }).check();
  await page.getByLabel('Ngày thực hiện').fill(day);
  await more();
  await page.getByRole('button', { name: 'Ghi bước' }).click();
}

let papers = 0;
async function paper(page, day, issuer) {
  papers += 1;
  await page.getByLabel('Số, ký hiệu').fill(`${papers}/${Date.now()}`);
  await page.getByLabel('Ngày văn bản').fill(day);
  await page.getByLabel('Cơ quan ban hành').fill(issuer);
}

async function put(page, point, item, day) {
  await page.goto(`${point}/dossier/new?item=${item}`);
  await paper(page, day, 'Công an xã');
  await page.getByRole('button', { name: 'Thêm văn bản vào hồ sơ' }).click();
  await page.waitForURL('**/dossier');
}

// From the approval of the survey plan to the launch; the day of each step is told by its month.
async function built(page, point, month) {
  const taken = () => page.waitForURL(/points\/[0-9a-f-]{36}$/);
  await step(page, point, 'Phê duyệt kế hoạch khảo sát', `02/${month}/2026`, async () => {
    await paper(page, `02/${month}/2026`, 'UBND xã');
    for (const heading of await page.locator('#headings input').all()) await heading.check();
  });
  await taken();
  await put(page, point, 'survey_report', `06/${month}/2026`);
  await step(page, point, 'Khảo sát', `06/${month}/2026`);
  await taken();
  for (const item of ['submission', 'build_plan', 'board_decision', 'regulation']) await put(page, point, item, `08/${month}/2026`);
  await step(page, point, 'Phê duyệt', `12/${month}/2026`, () => paper(page, `12/${month}/2026`, 'UBND xã'));
  await taken();
  await step(page, point, 'Ra mắt', `20/${month}/2026`);
  await taken();
}

async function fromSurveyToReplication() {
  const page = await visitor({ viewport: { width: 390, height: 800 }, bypassCSP: true }, 'pv05');
  await page.goto(`${base}/points/new`);
  const communes = await page.getByLabel('Xã, phường', { exact: true }).locator('option').evaluateAll((all) => all.map((x) => x.value).filter(Boolean));
  const add = async (commune, name) => {
    await page.getByLabel('Xã, phường', { exact: true }).selectOption(commune);
    await page.getByLabel('Loại địa bàn').selectOption('residential_area');
    await page.getByLabel('Tên khu dân cư, cơ quan, đơn vị').fill(name);
    await page.getByLabel('Cơ quan chủ trì').fill('Công an xã');
    await page.getByRole('button', { name: 'Thêm điểm mô hình' }).click();
    await page.waitForURL(/points\/[0-9a-f-]{36}$/);
    return page.url();
  };
  await page.getByLabel('Loại mô hình', { exact: true }).selectOption({ label: 'Tiếng kẻng an ninh' });
  const first = await add(communes[3], `Xóm Gốc ${Date.now()}`);
  await step(page, first, 'Khảo sát', '01/03/2026');
  check('a survey before its plan is refused with what is missing', (await page.getByRole('alert').innerText()).includes('Kế hoạch khảo sát đã được phê duyệt'));
  await step(page, first, 'Ra mắt', '01/03/2026');
  check('a launch before the approval is refused with what is missing', (await page.getByRole('alert').innerText()).includes('phê duyệt'));
  await built(page, first, '03');
  check('the first point operates', (await page.locator('.tt-hang').innerText()).includes('Đang hoạt động'));
  const children = [];
  for (const n of [5, 6, 7]) {
    await page.goto(`${first}/lineage`);
    await page.locator('a[href*="/points/new"]').first().click();
    const child = await add(communes[n], `Xóm Nhân ${n} ${Date.now()}`);
    await built(page, child, `0${n}`);
    children.push(child);
  }
  await page.goto(`${first}/lineage`);
  const told = await page.content();
  check('the first point names the three that come from it', children.every((child) => told.includes(new URL(child).pathname)));
  await clean(page, 'the lineage of a replicated point');
  await step(page, children[2], 'Kết thúc', '10/10/2026', async () => {
    await page.getByLabel('Lý do').selectOption('ineffective');
  });
  check('an end without its paper is refused', (await page.getByRole('alert').innerText()).includes('văn bản'));
  await step(page, children[2], 'Kết thúc', '10/10/2026', async () => {
    await page.getByLabel('Lý do').selectOption('ineffective');
    await paper(page, '10/10/2026', 'UBND xã');
  });
  await page.waitForURL(/points\/[0-9a-f-]{36}$/);
  check('the point is over', (await page.locator('.tt-hang').innerText()).includes('Đã kết thúc'));
  await page.goto(`${base}/schemes/tieng-keng-an-ninh/lineage`);
  const spread = await page.content();
  check('the spread of the model shows all four', [first, ...children].every((point) => spread.includes(new URL(point).pathname)));
  await page.context().close();
}

async function anActivityOnAPhone() {
  const page = await visitor({ viewport: { width: 390, height: 800 } }, 'nhannghia');
  const points = await (await page.request.get(`${base}/api/v1/points?status=active&limit=2`)).json();
  await page.goto(`${base}/points/${points.points[1].id}`);
  await page.getByRole('button', { name: 'Ghi hoạt động' }).click();
  await page.getByLabel('Luyện tập, diễn tập').check();
  await page.getByLabel('Lượt người dự').fill('24');
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
  await page.getByLabel('Ảnh').setInputFiles([{ name: 'anh.png', mimeType: 'image/png', buffer: png }]);
  await page.getByRole('button', { name: 'Ghi hoạt động' }).click();
  await page.waitForURL('**/activities');
  check('an activity is recorded in a few touches', (await page.content()).includes('24 lượt người dự'));
  const photo = page.locator('.anh img').first();
  await photo.scrollIntoViewIfNeeded();
  const drawn = await photo.evaluate(img => img.decode().then(() => img.naturalWidth > 0, error => String(error)));
  check('its photo is drawn', drawn === true, drawn);
  await page.context().close();
}

async function aReviewOnAPhone() {
  const officer = await visitor({ viewport: { width: 390, height: 800 }, bypassCSP: true }, 'pv05');
  await officer.goto(`${base}/reviews`);
  const review = base + await officer.getByRole('table').getByRole('link').first().getAttribute('href');
  await officer.goto(review);
  await officer.locator('.chon-dong').nth(0).check();
  await officer.locator('.chon-dong').nth(1).check();
  await officer.getByLabel('Kết luận').selectOption('keep');
  await officer.getByLabel('Ghi chú').fill('Hoạt động đều');
  await officer.getByRole('button', { name: 'Xem trước' }).click();
  check('two points are ready to be decided', await officer.getByRole('heading', { name: '2 điểm mô hình sẽ được quyết định' }).isVisible());
  await clean(officer, 'a preview of decisions');
  const told = async () => (await officer.locator('.dan').first().innerText()).match(/(\d+)\/(\d+)/).slice(1).map(Number);
  await officer.getByRole('button', { name: 'Quyết định 2 điểm mô hình' }).click();
  await officer.waitForURL(/reviews\/[0-9a-f-]{36}$/);
  const before = await told();
  await officer.getByRole('link', { name: /^Quyết định/ }).first().click();
  await clean(officer, 'a decision');
  await officer.getByRole('button', { name: 'Quyết định' }).click();
  check('a decision without choice is told', await officer.getByRole('alert').isVisible());
  await officer.getByLabel('Củng cố').check();
  await officer.getByLabel('Ghi chú').fill('Bổ sung thành viên');
  await officer.getByRole('button', { name: 'Quyết định' }).click();
  await officer.waitForURL(/reviews\/[0-9a-f-]{36}$/);
  const after = await told();
  check('the review tells one more', after[0] === before[0] + 1 && after[1] === before[1], `${before} ${after}`);
  await officer.context().close();
}

async function lifeOfAnAccount() {
  const page = await visitor({}, 'quantri');
  const name = `ban${Date.now()}`;
  await page.goto(`${base}/accounts/new`);
  await page.getByLabel('Tên đăng nhập').fill(name);
  await page.getByLabel('Tên bộ phận, người dùng').fill('Bàn hành trình');
  await page.getByLabel('Vai trò').selectOption('commune-officer');
  await page.getByRole('textbox', { name: 'Địa bàn' }).fill('Xã Nhân Nghĩa');
  await page.getByRole('button', { name: 'Lưu tài khoản' }).click();
  const password = await page.locator('dd[translate=no]').innerText();
  check('a one-time password is shown once', password.length >= 10);
  const other = await browser.newContext({ locale: 'vi-VN' });
  const officer = await other.newPage();
  await officer.goto(`${base}/sign-in`);
  await officer.getByLabel('Tên đăng nhập').fill(name);
  await officer.getByLabel('Mật khẩu').fill(password);
  await officer.getByRole('button', { name: 'Đăng nhập', exact: true }).click();
  await officer.waitForURL('**/password');
  await officer.goto(`${base}/points`);
  check('a one-time password is changed before anything else', officer.url().endsWith('/password'));
  await officer.getByLabel('Mật khẩu đang dùng').fill(password);
  await officer.getByLabel('Mật khẩu mới').fill('mat-khau-hanh-trinh');
  await officer.getByRole('button', { name: 'Đổi mật khẩu' }).click();
  await officer.waitForURL('**/dashboard');
  await page.goto(`${base}/accounts/reviews`);
  await page.getByLabel(`Chọn ${name}`, { exact: true }).check();
  await page.getByLabel('Đã điều chỉnh').check();
  await page.getByRole('button', { name: 'Ghi đã rà soát' }).click();
  check('a change without a note is told', await page.getByRole('alert').first().isVisible());
  check('what was picked stays picked', await page.getByLabel(`Chọn ${name}`, { exact: true }).isChecked());
  await page.getByLabel('Ghi chú').fill('Thu quyền ở xã cũ');
  await page.getByRole('button', { name: 'Ghi đã rà soát' }).click();
  const reviewed = page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
  await reviewed.getByText('Thu quyền ở xã cũ').waitFor();
  check('a review is kept with its note', (await reviewed.innerText()).includes('Đã điều chỉnh'));
  await reviewed.getByRole('link', { name, exact: true }).click();
  await page.getByRole('button', { name: 'Kết thúc phiên' }).click();
  await officer.goto(`${base}/points`);
  check('a revoked session must sign in again', officer.url().includes('/sign-in'));
  await page.getByRole('button', { name: 'Khóa tài khoản' }).click();
  check('a disabled account is told', await page.getByText('Đã khóa').isVisible());
  await other.close();
  await page.context().close();
}

/// The six digits that a phone shows (RFC 6238).
function codeOf(secret, at = Date.now()) {
  const bits = [...secret].map(c => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map(byte => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(at / 30000)));
  const mac = createHmac('sha1', key).update(step).digest();
  const from = mac[19] & 15;
  return String((mac.readUInt32BE(from) & 0x7fffffff) % 1000000).padStart(6, '0');
}

async function guardedAccount() {
  const administrator = await visitor({}, 'quantri');
  await administrator.goto(`${base}/policy`);
  await administrator.getByLabel('Lãnh đạo, người ký').selectOption('any');
  await administrator.getByLabel('Khóa phiên khi không dùng (phút)').fill('0');
  await administrator.getByRole('button', { name: 'Đặt quy định' }).click();
  check('a rule that makes no sense is told', await administrator.getByRole('alert').isVisible());
  await administrator.getByLabel('Khóa phiên khi không dùng (phút)').fill('15');
  await administrator.getByLabel('Căn cứ').fill('Quyết định 12/QĐ-CAT ngày 01/10/2026');
  await administrator.getByRole('button', { name: 'Đặt quy định' }).click();
  check('the rules are kept with their basis', await administrator.getByRole('cell', { name: '12/QĐ-CAT' }).isVisible());
  const name = `lanhdao${Date.now()}`;
  await administrator.goto(`${base}/accounts/new`);
  await administrator.getByLabel('Tên đăng nhập').fill(name);
  await administrator.getByLabel('Tên bộ phận, người dùng').fill('Lãnh đạo hành trình');
  await administrator.getByLabel('Vai trò').selectOption('leader');
  await administrator.getByRole('textbox', { name: 'Địa bàn' }).fill('25');
  await administrator.getByRole('button', { name: 'Lưu tài khoản' }).click();
  const first = await administrator.locator('dd[translate=no]').innerText();
  const context = await browser.newContext({ locale: 'vi-VN', bypassCSP: true });
  const page = await context.newPage();
  const signIn = async password => {
    await page.goto(`${base}/sign-in`);
    await page.getByLabel('Tên đăng nhập').fill(name);
    await page.getByLabel('Mật khẩu').fill(password);
    await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click();
  };
  await signIn(first);
  await page.waitForURL('**/password');
  await page.getByLabel('Mật khẩu đang dùng').fill(first);
  await page.getByLabel('Mật khẩu mới').fill('mat-khau-lanh-dao');
  await page.getByRole('button', { name: 'Đổi mật khẩu' }).click();
  await page.waitForURL('**/security');
  check('a role that needs the second step sets it first', await page.getByText('phải bật xác nhận hai bước').isVisible());
  await clean(page, '/security to be set');
  const secret = await page.locator('code[translate=no]').innerText();
  await page.getByLabel('Mã 6 chữ số').fill('000000');
  await page.getByLabel('Mật khẩu đang dùng').first().fill('mat-khau-lanh-dao');
  await page.getByRole('button', { name: 'Bật xác nhận hai bước' }).click();
  check('a wrong code is told', await page.getByRole('alert').isVisible());
  check('the phone keeps its key through a wrong code', await page.locator('code[translate=no]').innerText() === secret);
  await page.getByLabel('Mã 6 chữ số').fill(codeOf(secret, Date.now() - 30000));
  await page.getByLabel('Mật khẩu đang dùng').first().fill('mat-khau-lanh-dao');
  await page.getByRole('button', { name: 'Bật xác nhận hai bước' }).click();
  const codes = await page.locator('.ma-khoi-phuc code').allInnerTexts();
  check('ten recovery codes are shown once', codes.length === 10);
  await clean(page, 'the recovery codes');
  await page.getByRole('link', { name: 'Đã ghi lại' }).click();
  await clean(page, '/security once set');
  await page.getByRole('button', { name: 'Đăng xuất' }).click();
  await signIn('mat-khau-lanh-dao');
  await page.waitForURL('**/sign-in/second-step**');
  await clean(page, 'the second step');
  await page.goto(`${base}/points`);
  check('the password alone opens nothing', page.url().includes('/sign-in'));
  await page.goto(`${base}/sign-in/second-step`);
  await page.getByLabel('Mã trên điện thoại').fill(codeOf(secret));
  await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click();
  await page.waitForURL('**/dashboard');
  await page.getByRole('button', { name: 'Đăng xuất' }).click();
  await page.getByRole('link', { name: 'Quên mật khẩu' }).click();
  await clean(page, '/recovery');
  await page.getByLabel('Tên đăng nhập').fill(name);
  await page.getByLabel('Mã khôi phục').fill(codes[0]);
  await page.getByLabel('Mật khẩu mới').fill('mat-khau-lay-lai');
  await page.getByRole('button', { name: 'Đổi mật khẩu' }).click();
  await page.getByRole('link', { name: 'Đăng nhập' }).click();
  await signIn('mat-khau-lay-lai');
  await page.getByLabel('Mã trên điện thoại').fill(codes[1]);
  await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click();
  await page.waitForURL('**/dashboard');
  check('the printed codes let in without password and phone', true);
  await context.close();
  await administrator.context().close();
}

async function twoAtOnce() {
  const first = await visitor({}, 'nhannghia');
  const second = await visitor({ bypassCSP: true }, 'pv05');
  const points = await (await first.request.get(`${base}/api/v1/points?status=active&limit=1`)).json();
  const edit = `${base}/points/${points.points[0].id}/edit`;
  await first.goto(edit);
  await second.goto(edit);
  await first.getByLabel('Cơ quan chủ trì').fill('Hội Cựu chiến binh xã');
  await first.getByLabel('Số hộ').fill('1.234');
  await first.getByRole('button', { name: 'Lưu' }).click();
  await first.waitForURL('**/points/*');
  await second.getByLabel('Cơ quan chủ trì').fill('Đoàn Thanh niên xã');
  await second.getByRole('button', { name: 'Lưu' }).click();
  const told = second.getByRole('table');
  check('a conflict is told field by field', (await told.innerText()).includes('Hội Cựu chiến binh xã'));
  check('what only the other changed is taken over', (await second.getByLabel('Số hộ').inputValue()) === '1234');
  check('what was typed is kept', (await second.getByLabel('Cơ quan chủ trì').inputValue()) === 'Đoàn Thanh niên xã');
  await clean(second, 'a conflict');
  if (process.env.SHOTS) await second.screenshot({ path: `${process.env.SHOTS}/conflict.png`, fullPage: true });
  await second.getByRole('button', { name: 'Lưu' }).click();
  await second.waitForURL('**/points/*');
  check('saving again settles it', !second.url().endsWith('/edit'));
  await first.context().close();
  await second.context().close();
}

async function personalData() {
  const officer = await visitor({ viewport: { width: 390, height: 800 }, bypassCSP: true }, 'pv05');
  await officer.goto(`${base}/people/new`);
  await officer.getByRole('button', { name: 'Lưu' }).click();
  check('an empty person is told what is missing', (await officer.getByRole('alert').innerText()).includes('họ và tên'));
  await officer.getByLabel('Tên', { exact: true }).fill('Bạch Thị Hành Trình');
  await officer.getByLabel('Xã, phường').selectOption({ index: 3 });
  await officer.getByLabel('Điện thoại').fill('0000 555 777');
  await officer.getByRole('button', { name: 'Lưu' }).click();
  await officer.waitForURL(/people\/[0-9a-f-]{36}$/);
  const person = officer.url();
  await officer.getByRole('button', { name: 'Ghi sự đồng ý' }).click();
  check('nothing is ticked beforehand', (await officer.locator('input:checked').count()) === 0);
  await officer.getByRole('button', { name: 'Lưu sự đồng ý' }).click();
  check('silence is no consent', await officer.getByRole('alert').isVisible());
  await clean(officer, 'a consent that is refused');
  await officer.getByLabel('Kể câu chuyện').check();
  await officer.getByLabel('thành tích', { exact: true }).check();
  await officer.getByLabel('trình chiếu tại hội nghị').check();
  await officer.getByLabel('chính người đó').check();
  await officer.getByLabel('bằng giấy').check();
  await officer.getByLabel('Ngày đồng ý').fill(new Date().toLocaleDateString('vi-VN', { day: '2-digit', month: '2-digit', year: 'numeric', timeZone: 'Asia/Ho_Chi_Minh' }));
  await officer.getByRole('button', { name: 'Lưu sự đồng ý' }).click();
  await officer.waitForURL(person);
  check('the consent is shown', await officer.getByText('Đang có giá trị').isVisible());
  await officer.getByRole('button', { name: 'Ghi yêu cầu' }).click();
  await officer.getByLabel('xóa dữ liệu').check();
  await officer.getByLabel('trực tiếp').check();
  const today = new Date().toLocaleDateString('vi-VN', { day: '2-digit', month: '2-digit', year: 'numeric', timeZone: 'Asia/Ho_Chi_Minh' });
  await officer.getByLabel('Ngày nhận').fill(today);
  await officer.getByRole('button', { name: 'Lưu yêu cầu' }).click();
  await officer.waitForURL(/requests\/[0-9a-f-]{36}$/);
  await officer.getByLabel('Chấp nhận').check();
  await officer.getByLabel('Ngày thực hiện').fill(today);
  await officer.getByRole('button', { name: 'Ghi bước' }).click();
  check('who decides does not erase', !(await officer.getByRole('button', { name: 'Xóa dữ liệu cá nhân' }).isVisible()));
  await clean(officer, 'an accepted request');
  const administrator = await visitor({ bypassCSP: true }, 'quantri');
  await administrator.goto(`${person}/erasure`);
  await clean(administrator, 'the page of erasing');
  await administrator.getByRole('button', { name: 'Xóa dữ liệu' }).click();
  check('erasing is confirmed', await administrator.getByRole('alert').isVisible());
  await administrator.getByLabel('không lấy lại được').check();
  await administrator.getByRole('button', { name: 'Xóa dữ liệu' }).click();
  await administrator.waitForURL(person);
  const body = await administrator.content();
  check('who was erased has no name and no number left', !body.includes('Hành Trình') && !body.includes('555 777'));
  check('history says that and when it was erased', body.includes('(đã xóa theo yêu cầu ngày'));
  await clean(administrator, 'an erased person');
  if (process.env.SHOTS) await administrator.screenshot({ path: `${process.env.SHOTS}/erased.png`, fullPage: true });
  await officer.context().close();
  await administrator.context().close();
}

async function search() {
  const page = await visitor({}, 'pv05');
  await page.getByPlaceholder('Tìm, gõ không dấu cũng được').fill('hung vuong');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/search**');
  check('an old name tells where it lies now', (await page.content()).includes('nay thuộc'));
  await page.context().close();
}

const journeys = [
  stranger, everyPage, contentPolicy, withoutScript, lifeOfAPoint, fromSurveyToReplication, anActivityOnAPhone, aReviewOnAPhone, lifeOfAnAccount, guardedAccount, aGroupingOfPlaces, areasFromAList,
  twoAtOnce, personalData, search, ...ways({ base, locking, browser, check, clean, visitor }),
];
const only = process.argv[4];
for (const journey of journeys.filter((journey) => !only || journey.name.startsWith(only))) {
  try {
    await journey();
  } catch (error) {
    check(journey.name, false, String(error).slice(0, 600));
  }
}
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
