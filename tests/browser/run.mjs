// Journeys in real Chromium: every page at two widths with axe, without script, and the story of a point.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const base = process.argv[2];
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
    await page.getByRole('button', { name: 'Đăng nhập' }).click();
    await page.waitForURL('**/dashboard');
  }
  return page;
}

async function pages(page) {
  const points = await (await page.request.get(`${base}/api/v1/points?status=active&limit=1`)).json();
  const point = `/points/${points.points[0].id}`;
  const first = async (folder) => (await (await page.request.get(base + folder)).text()).match(new RegExp(`${folder}/([0-9a-f-]{36})`))[0];
  const scheme = (await (await page.request.get(`${base}/api/v1/schemes`)).json())[0].slug;
  return [
    '/dashboard', '/points', point, `${point}/edit`, `${point}/steps/new`, `${point}/teams/new`, '/points/new', '/schemes',
    `/schemes/${scheme}`, '/figures', '/figures/C1', '/figures/C2?by=sector', '/figures/C12?by=reason&from=01/01/2022', '/figures/C2/rows',
    '/figures/C2?boundaries=30/06/2025', '/dashboard?boundaries=30/06/2025', '/places', '/places/07942@', '/places/07942@2025-07-01',
    '/search?q=hung+vuong', '/search?q=khongcogi', '/exemplars', await first('/exemplars'), '/exemplars/new', '/commendations',
    await first('/commendations'), '/import', '/password', '/dashboard?lang=en', '/points?lang=en', '/dashboard?lang=vi',
  ];
}

async function administrationPages(page) {
  const account = (await (await page.request.get(`${base}/accounts`)).text()).match(/\/accounts\/[0-9a-f-]{36}/)[0];
  return ['/accounts', account, '/accounts/new', '/rights?user=nhannghia&where=25', '/sessions', '/journal', '/journal?who=khongai'];
}

async function everyPage() {
  await lookAt('pv05', pages);
  await lookAt('quantri', administrationPages);
}

async function lookAt(user, list) {
  for (const width of [1440, 390]) {
    const page = await visitor({ viewport: { width, height: 900 }, bypassCSP: true }, user);
    for (const path of await list(page)) {
      const answer = await page.goto(base + path);
      check(`${path} opens`, answer.status() === 200, answer.status());
      await page.evaluate(axe);
      const found = await page.evaluate((tags) => axe.run(document, { runOnly: tags }), rules);
      check(`${path} at ${width} is clean to axe`, found.violations.length === 0, found.violations.map((v) => `${v.id}: ${v.nodes[0].html.slice(0, 120)}`).join('; '));
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      check(`${path} at ${width} does not scroll sideways`, over <= 0, over);
    }
    await page.context().close();
  }
}

async function contentPolicy() {
  const page = await visitor({}, 'pv05');
  for (const path of ['/dashboard', '/points', '/figures/C2']) await page.goto(base + path);
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
  await page.getByRole('button', { name: 'Đăng nhập' }).click();
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
  await page.getByLabel('Phê duyệt').check();
  await page.getByLabel('Ngày thực hiện').fill('20/9/2026');
  await page.getByLabel('Số, ký hiệu').fill('31/KH-UBND');
  await page.getByLabel('Ngày văn bản').fill('20/9/2026');
  await page.getByLabel('Cơ quan ban hành').fill('UBND xã');
  await page.getByRole('button', { name: 'Ghi bước' }).click();
  await page.waitForURL(/points\/[0-9a-f-]{36}$/);
  check('the approval and its paper are shown', (await page.content()).includes('31/KH-UBND'));
  await page.context().close();
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
  await officer.getByRole('button', { name: 'Đăng nhập' }).click();
  await officer.waitForURL('**/password');
  await officer.goto(`${base}/points`);
  check('a one-time password is changed before anything else', officer.url().endsWith('/password'));
  await officer.getByLabel('Mật khẩu đang dùng').fill(password);
  await officer.getByLabel('Mật khẩu mới').fill('mat-khau-hanh-trinh');
  await officer.getByRole('button', { name: 'Đổi mật khẩu' }).click();
  await officer.waitForURL('**/dashboard');
  await page.getByRole('link', { name: 'Đã ghi lại' }).click();
  await page.getByRole('button', { name: 'Kết thúc phiên' }).click();
  await officer.goto(`${base}/points`);
  check('a revoked session must sign in again', officer.url().includes('/sign-in'));
  await page.getByRole('button', { name: 'Khóa tài khoản' }).click();
  check('a disabled account is told', await page.getByText('Đã khóa').isVisible());
  await other.close();
  await page.context().close();
}

async function search() {
  const page = await visitor({}, 'pv05');
  await page.getByPlaceholder('Tìm, gõ không dấu cũng được').fill('hung vuong');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/search**');
  check('an old name tells where it lies now', (await page.content()).includes('nay thuộc'));
  await page.context().close();
}

for (const journey of [stranger, everyPage, contentPolicy, withoutScript, lifeOfAPoint, lifeOfAnAccount, search]) {
  try {
    await journey();
  } catch (error) {
    check(journey.name, false, String(error).slice(0, 600));
  }
}
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
