// Journeys through the ways in: passkeys on a device that Chromium pretends to have, and a sign-in provider on
// this machine (provider.mjs).

const password = 'mat-khau-loi-vao-2026';

/// The tools of run.mjs, and what these journeys share.
export function ways({ base, locking, browser, check, clean, visitor }) {
  // Passkeys belong to a name; to browsers, 127.0.0.1 is none.
  const home = base.replace('127.0.0.1', 'localhost');
  const locked = locking.replace('127.0.0.1', 'localhost');

  async function newAccount(role, place) {
    const administrator = await visitor({}, 'quantri');
    const name = `loivao${Date.now()}`;
    await administrator.goto(`${base}/accounts/new`);
    await administrator.getByLabel('Tên đăng nhập').fill(name);
    await administrator.getByLabel('Tên bộ phận, người dùng').fill('Bàn lối vào');
    await administrator.getByLabel('Vai trò').selectOption(role);
    await administrator.getByRole('textbox', { name: 'Địa bàn' }).fill(place);
    await administrator.getByRole('button', { name: 'Lưu tài khoản' }).click();
    const once = await administrator.locator('dd[translate=no]').innerText();
    await administrator.context().close();
    return { name, once };
  }

  async function signIn(page, name, word) {
    await page.goto(`${home}/sign-in`);
    await page.getByLabel('Tên đăng nhập').fill(name);
    await page.getByLabel('Mật khẩu').fill(word);
    await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click();
  }

  /// A person whose password is their own, at the dashboard.
  async function officer(options = {}, role = 'commune-officer', place = 'Xã Nhân Nghĩa') {
    const { name, once } = await newAccount(role, place);
    const context = await browser.newContext({ locale: 'vi-VN', bypassCSP: true, ...options });
    const page = await context.newPage();
    await signIn(page, name, once);
    await page.waitForURL('**/password');
    await page.getByLabel('Mật khẩu đang dùng').fill(once);
    await page.getByLabel('Mật khẩu mới').fill(password);
    await page.getByRole('button', { name: 'Đổi mật khẩu' }).click();
    await page.waitForURL(/dashboard|security/);
    return { page, name };
  }

  async function device(page) {
    const client = await page.context().newCDPSession(page);
    await client.send('WebAuthn.enable');
    const options = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true };
    const { authenticatorId } = await client.send('WebAuthn.addVirtualAuthenticator', { options });
    return { unlocks: (isUserVerified) => client.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }) };
  }

  async function addPasskey(page, name) {
    await page.goto(`${home}/security`);
    await page.getByLabel('Tên khóa').fill(name);
    await page.locator('#passkey-password').fill(password);
    await page.getByRole('button', { name: 'Thêm khóa truy cập' }).click();
    await page.getByRole('rowheader', { name }).waitFor();
  }

  const signOut = (page) => page.getByRole('button', { name: 'Đăng xuất' }).click();

  async function shot(page, name) {
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage: true });
  }

  async function passkey() {
    const { page, name } = await officer();
    const phone = await device(page);
    await page.goto(`${home}/security`);
    await page.getByLabel('Tên khóa').fill('Máy bàn');
    await page.locator('#passkey-password').fill('sai-mat-khau');
    await page.getByRole('button', { name: 'Thêm khóa truy cập' }).click();
    await page.getByText('Mật khẩu đang dùng chưa đúng').waitFor();
    await addPasskey(page, 'Máy bàn phòng trực');
    check('a passkey is added and listed', await page.getByText('Máy bàn phòng trực').first().isVisible());
    await clean(page, '/security with a passkey');
    await shot(page, 'security-passkey');
    await signOut(page);
    await clean(page, '/sign-in with a passkey');
    await shot(page, 'sign-in-passkey');
    await page.getByRole('button', { name: 'Đăng nhập bằng khóa truy cập' }).click();
    await page.waitForURL('**/dashboard');
    check('a passkey alone lets in', true);
    await page.goto(`${home}/points`);
    check('and it is both steps', page.url().endsWith('/points'));
    await signOut(page);
    await signIn(page, name, password);
    await page.waitForURL('**/sign-in/second-step**');
    await clean(page, 'the second step by a passkey');
    await shot(page, 'second-step-passkey');
    await phone.unlocks(false);
    await page.getByRole('button', { name: 'Dùng khóa truy cập' }).click();
    await page.getByText('Chưa dùng được khóa truy cập').waitFor();
    check('a device that is not unlocked opens nothing', page.url().includes('/sign-in/second-step'));
    await clean(page, 'the second step after a refusal');
    await phone.unlocks(true);
    await page.getByRole('button', { name: 'Dùng khóa truy cập' }).click();
    await page.waitForURL('**/dashboard');
    await page.goto(`${home}/security`);
    await page.locator('summary', { hasText: 'Bỏ khóa này' }).click();
    await page.getByRole('row').nth(1).getByLabel('Mật khẩu đang dùng').fill(password);
    await page.getByRole('button', { name: 'Bỏ khóa này' }).click();
    await page.getByText('Chưa có khóa truy cập nào').waitFor();
    await signOut(page);
    await page.getByRole('button', { name: 'Đăng nhập bằng khóa truy cập' }).click();
    await page.getByRole('alert').filter({ hasText: 'không được chấp nhận' }).waitFor();
    check('a removed passkey opens nothing', page.url().includes('/sign-in'));
    await page.context().close();
  }

  async function passkeyElsewhere() {
    const page = await visitor({});
    await page.goto(`${base}/sign-in`);
    check('a passkey is pointed to the address where it works', await page.getByRole('link', { name: home }).isVisible());
    await page.context().close();
    const plain = await visitor({ javaScriptEnabled: false });
    await plain.goto(`${home}/sign-in`);
    check('without script a passkey is not offered', !(await plain.getByRole('button', { name: 'Đăng nhập bằng khóa truy cập' }).isVisible()));
    check('and the page says why', (await plain.locator('noscript').innerText()).includes('Khóa truy cập cần JavaScript'));
    await plain.context().close();
  }

  /// Names oneself at the provider, where it asks.
  async function atTheProvider(page, subject) {
    await page.waitForURL(/\/interaction\//);
    await page.locator('input[name=login]').fill(subject);
    await page.locator('input[name=password]').fill('gi-cung-duoc');
    await page.locator('button[type=submit]').click();
    await page.locator('form[action*="/interaction/"]').locator('button[type=submit]').click();
  }

  async function provider() {
    const { page } = await officer();
    const subject = `can-bo-${Date.now()}`;
    await page.goto(`${home}/security`);
    await clean(page, '/security with a provider');
    await page.locator('#link-password').fill(password);
    await page.getByRole('button', { name: 'Liên kết với SSO thử' }).click();
    await clean(page, 'on the way to the provider');
    await shot(page, 'provider-go');
    await page.getByRole('link', { name: 'Sang SSO thử' }).click();
    await atTheProvider(page, subject);
    await page.waitForURL('**/security');
    check('an account is linked by its owner', await page.getByText('Đã liên kết từ').isVisible());
    await shot(page, 'provider-linked');
    await signOut(page);
    await clean(page, '/sign-in with a provider');
    await page.goto(`${home}/points?status=active`);
    await page.getByRole('link', { name: 'Đăng nhập bằng SSO thử' }).click();
    await page.waitForURL('**/points**');
    check('the provider lets in, back to the page that was asked for', page.url() === `${home}/points?status=active`, page.url());
    await signOut(page);
    await page.waitForURL('**/signed-out');
    await clean(page, '/signed-out');
    await shot(page, 'signed-out');
    await page.getByRole('link', { name: 'Đăng xuất cả khỏi SSO thử' }).click();
    await page.locator('button[value=yes]').click();
    await page.waitForURL('**/sign-in');
    await page.getByRole('link', { name: 'Đăng nhập bằng SSO thử' }).click();
    await page.waitForURL(/\/interaction\//);
    check('who has left there too is asked again', true);
    await page.getByRole('link', { name: 'Cancel' }).click();
    await page.waitForURL('**/sign-in/provider/back**');
    check('a refusal at the provider is told', (await page.getByRole('alert').first().innerText()).includes('hủy'));
    await page.getByRole('link', { name: 'Đăng nhập bằng SSO thử' }).click();
    await atTheProvider(page, `nguoi-la-${Date.now()}`);
    await page.waitForURL('**/sign-in/provider/back**');
    check('who is not linked is told what to do', await page.getByText('chưa liên kết với tài khoản nào').isVisible());
    await clean(page, 'an account that is not linked');
    await shot(page, 'provider-unlinked');
    await page.goto(`${home}/points`);
    check('and is not let in', page.url().includes('/sign-in'));
    await page.goto(`${home}/sign-in/provider/back?code=gia&state=gia`);
    check('an answer that nobody asked for is refused', (await page.getByRole('alert').first().innerText()).includes('quá thời gian'));
    await page.context().close();
  }

  async function sharedComputer() {
    const { page, name } = await officer({ viewport: { width: 390, height: 800 } });
    await page.goto(`${home}/points`);
    await page.locator('summary', { hasText: 'Danh mục chức năng' }).click();
    await page.getByRole('button', { name: 'Đổi người dùng' }).click();
    await page.waitForURL('**/sign-in');
    check('who has left is shown as such', await page.getByText('phiên đang khóa').isVisible());
    await clean(page, '/sign-in on a shared computer');
    await shot(page, 'shared-390');
    await page.goBack();
    await page.goto(`${home}/points`);
    check('a session that was left opens nothing', page.url().includes('/sign-in'));
    await page.setViewportSize({ width: 1440, height: 900 });
    await signIn(page, 'nhannghia', 'diemsang-demo-2026');
    await page.waitForURL('**/dashboard');
    await shot(page, 'header-switch');
    await page.getByRole('banner').getByRole('button', { name: 'Đổi người dùng' }).click();
    await page.getByRole('link', { name }).click();
    check('a name is filled in', (await page.getByLabel('Tên đăng nhập').inputValue()) === name);
    await shot(page, 'shared-1440');
    await page.getByLabel('Mật khẩu').fill(password);
    await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click();
    await page.waitForURL('**/dashboard');
    check('the first comes back', (await page.getByRole('banner').innerText()).includes('Bàn lối vào'));
    await signOut(page);
    await page.getByRole('button', { name: 'Quên các tên này' }).click();
    await page.waitForURL('**/sign-in');
    check('names are forgotten', !(await page.getByRole('link', { name }).isVisible()));
    await page.context().close();
  }

  /// A second server on the same data locks every session at once; forms are sent to it as if time had passed.
  async function lockedWhileTyping() {
    const { page } = await officer();
    await page.goto(`${home}/points/new`);
    await page.getByLabel('Loại mô hình', { exact: true }).selectOption({ index: 3 });
    await page.getByLabel('Loại địa bàn').selectOption('residential_area');
    await page.getByLabel('Tên khu dân cư, cơ quan, đơn vị').fill('Xóm Khóa Phiên');
    await page.getByLabel('Cơ quan chủ trì').fill('Công an xã');
    await page.route('**/points/new', async (route) => {
      const headers = { ...(await route.request().allHeaders()), origin: locked };
      const response = await route.fetch({ url: `${locked}/points/new`, headers });
      await route.fulfill({ response });
    });
    await page.getByRole('button', { name: 'Thêm điểm mô hình' }).click();
    await page.getByRole('heading', { name: 'Phiên đang khóa' }).waitFor();
    await page.unroute('**/points/new');
    await clean(page, 'a locked session');
    await shot(page, 'locked');
    await page.getByLabel('Mật khẩu').fill('sai-mat-khau');
    await page.getByRole('button', { name: 'Làm tiếp' }).click();
    check('a wrong password is told, and loses nothing', await page.getByRole('alert').first().isVisible());
    await page.getByLabel('Mật khẩu').fill(password);
    await page.getByRole('button', { name: 'Làm tiếp' }).click();
    await clean(page, 'what was kept');
    await shot(page, 'resend');
    await page.getByRole('button', { name: 'Gửi lại nội dung đã nhập' }).click();
    await page.waitForURL(/points\/[0-9a-f-]{36}$/);
    check('what was typed outlives a locked session', (await page.locator('h1').innerText()).includes('Xóm Khóa Phiên'));
    await page.context().close();
    const reader = await visitor({}, 'docgia');
    await reader.goto(`${locking}/points?status=active`);
    check('an idle session is locked', reader.url().includes('/sign-in'));
    check('and the page says whose it is', await reader.getByText('Phiên của docgia đang khóa').isVisible());
    await reader.context().close();
  }

  return [passkey, passkeyElsewhere, provider, sharedComputer, lockedWhileTyping];
}
