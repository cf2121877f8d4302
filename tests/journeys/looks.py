"""What is checked on every page of a journey: reachable, readable, labelled, and not wider than the screen."""

from typing import Any

CONTRAST_MIN = 4.5

_OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"

_UNLABELLED = """() => [...document.querySelectorAll('input:not([type=hidden]), select, textarea, button, a')]
    .filter(e => e.offsetParent !== null)
    .filter(e => !(e.labels && e.labels.length) && !e.getAttribute('aria-label') && !e.textContent.trim())
    .map(e => e.outerHTML.slice(0, 120))"""

_SMALL_TARGETS = """() => [...document.querySelectorAll(
      'button, input:not([type=hidden]), select, a.cell, a.button, summary')]
    .map(e => [e, e.getBoundingClientRect()])
    .filter(([e, box]) => box.width > 0 && (box.width < 24 || box.height < 24))
    .map(([e, box]) => `${e.outerHTML.slice(0, 80)} ${box.width}x${box.height}`)"""

_FAINT = """() => {
  const parse = c => (c.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
      .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = e => {
    for (let at = e; at; at = at.parentElement) {
      const c = parse(getComputedStyle(at).backgroundColor);
      if (c.length === 3 || c[3] === 1) return c;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const e of document.querySelectorAll('h1,h2,h3,h4,p,a,span,td,th,dt,dd,li,label,button,summary,strong')) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || e.offsetParent === null) continue;
    if (e.closest('.visually-hidden, [aria-hidden=true], .maplibregl-map')) continue;
    const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < LEAST) faint.push(`${ratio.toFixed(2)} ${e.outerHTML.slice(0, 100)}`);
  }
  return faint;
}""".replace("LEAST", str(CONTRAST_MIN))

_FOCUS = """() => {
  const e = document.activeElement, s = getComputedStyle(e);
  return [e.tagName, parseFloat(s.outlineWidth), s.outlineStyle];
}"""


def check(page: Any) -> None:
    """Assert what must hold of any page at any size."""
    page.wait_for_selector("main", state="attached")  # a click returns before the next page has its elements
    assert page.evaluate(_OVERFLOW) <= 0, "the page is wider than the screen"
    assert page.evaluate(_UNLABELLED) == []
    assert page.evaluate(_SMALL_TARGETS) == []
    assert page.evaluate(_FAINT) == []
    assert page.locator("h1").count() == 1
    assert page.locator("main").count() == 1


def check_focus(page: Any) -> None:
    """Assert that whoever goes by the keyboard sees where they are, from the first step: the skip link."""
    page.evaluate("() => { document.activeElement.blur(); window.scrollTo(0, 0); }")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.className") == "skip"
    for _ in range(4):
        tag, width, style = page.evaluate(_FOCUS)
        assert width >= 2, tag
        assert style != "none", tag
        page.keyboard.press("Tab")
