import json, os
from pathlib import Path
import pytest
from datetime import UTC, datetime
from django.utils import timezone
from tests.journeys.test_showing import certificate, sign_in, picture, answer
from tests.journeys.conftest import PASSWORD
from ceiba.transparency.services.appending import entries_append
from ceiba.transparency.services.checkpoints import checkpoint_sign
from ceiba.credentials.published.making import documents_publish
from ceiba.determinations.models import Determination
pytestmark = [pytest.mark.browser]
OUT = Path("/tmp/v2/look"); OUT.mkdir(exist_ok=True)

def tree(page, root="main"):
    return page.locator(root).aria_snapshot()

def test_look(certificate, made, visit, tmp_path):
    entries_append(); checkpoint_sign(now=timezone.now()); documents_publish(at=timezone.now())
    row = Determination.objects.filter(participant_id=made.people[0].pk).order_by("-month")[0]
    bad = Determination.objects.exclude(outcome="pay").order_by("-month")[0]
    person = next(p for p in made.people if p.pk == bad.participant_id)
    phone, desk = visit(360, 740), visit(1280, 900)
    paper = certificate.replace("show", "paper")
    receipt = f"/log/receipts/{made.people[0].code}/ca/{row.month:%Y-%m}/"
    sign_in(phone, certificate)
    phone.wait_for_selector("#showing[data-ready=yes]")
    phone.screenshot(path=OUT / "show_phone.png", full_page=True)
    phone.click("#asked summary"); 
    answer(phone, "CEIBAQ1:7K3M9QXT2FHB:https://consulado.ejemplo/verificar/")
    phone.wait_for_timeout(300)
    phone.screenshot(path=OUT / "show_phone_asked.png", full_page=True)
    (OUT / "show.txt").write_text(tree(phone))
    phone.emulate_media(media="print"); phone.screenshot(path=OUT / "show_print.png", full_page=True); phone.emulate_media(media="screen")
    for name, address in (("mine", "/credentials/mine/"), ("paper", paper), ("receipt", receipt)):
        phone.goto(address); phone.wait_for_timeout(300)
        phone.screenshot(path=OUT / f"{name}_phone.png", full_page=True)
        (OUT / f"{name}.txt").write_text(tree(phone))
        if name == "receipt":
            with phone.expect_download() as d: phone.click("text=Descargar como archivo")
            d.value.save_as(tmp_path / "receipt.json")
            phone.set_viewport_size({"width": 800, "height": 900})
            phone.locator("#qr").screenshot(path=OUT / "receipt_qr.png")
            phone.emulate_media(media="print"); phone.screenshot(path=OUT / "receipt_print.png", full_page=True); phone.emulate_media(media="screen")
            phone.set_viewport_size({"width": 360, "height": 740})
        if name == "paper":
            phone.evaluate("() => import('/static/web/aloud.js').then(m => { window.spoken = m.spoken(document.getElementById('certificate')); })")
            phone.wait_for_timeout(200)
            (OUT / "paper_spoken.txt").write_text(json.dumps(phone.evaluate("() => window.spoken"), ensure_ascii=False, indent=1))
    desk.goto("/verify/"); desk.wait_for_selector("body[data-ready=yes]")
    desk.set_input_files("#file", tmp_path / "receipt.json")
    desk.locator(".judgement").wait_for(); desk.screenshot(path=OUT / "logged_desk.png", full_page=True)
    (OUT / "logged.txt").write_text(tree(desk, "#verdict"))
    desk.evaluate("() => import('/static/web/aloud.js').then(m => { window.spoken = m.spoken(document.querySelector('.judgement')); })")
    desk.wait_for_timeout(200)
    (OUT / "logged_spoken.txt").write_text(json.dumps(desk.evaluate("() => window.spoken"), ensure_ascii=False, indent=1))
    desk.set_input_files("#file", OUT / "receipt_qr.png")
    desk.locator(".judgement").wait_for(); desk.wait_for_timeout(1500)
    (OUT / "logged_qr.txt").write_text(tree(desk, "#verdict"))
    desk.locator("#ask").locator("xpath=ancestor::details/summary").click(); desk.click("#ask")
    desk.wait_for_timeout(200); desk.screenshot(path=OUT / "asking_desk.png", full_page=True)
    phone.goto("/verify/en/"); phone.wait_for_selector("body[data-ready=yes]"); phone.set_input_files("#file", tmp_path / "receipt.json")
    phone.locator(".judgement").wait_for(); phone.screenshot(path=OUT / "logged_phone_en.png", full_page=True)
    desk.context.clear_cookies()
    for name, address in (("signin", "/accounts/sign-in/"), ("log", "/log/")):
        desk.goto(address); desk.screenshot(path=OUT / f"{name}_desk.png", full_page=True)
