"""A centre and a browser that the tests of a module share in, a tab and what is wrong in it out."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import pytest

from tests.center.browser import CHROMIUM, Page, browser
from tests.center.centre import Centre

NEEDED = [
    pytest.mark.chromium,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium"),
]
PHONE = (390, 844)
NOBODY = "nobody-gave-this"
MEANT = ("ERR_INTERNET_DISCONNECTED", "ERR_NETWORK_CHANGED", NOBODY)
"""What the browser complains of when its network is cut or comes back, or what is not there."""


class Tab(NamedTuple):
    """One tab of one browser on one centre."""

    centre: Centre
    page: Page

    def open(self, path: str, *, width: int = 1440, height: int = 900, lang: str = "en") -> Page:
        """Go to a path of the console."""
        joint = "&" if "?" in path else "?"
        url = f"{self.centre.url}{path}{joint}lang={lang}"
        self.page.open(url, width=width, height=height)
        self.page.wait(
            f"document.readyState === 'complete' && !location.search.includes('lang={lang}')"
        )
        return self.page

    def text(self, selector: str = "body") -> str:
        """What stands there, in one line."""
        text = self.page.value(f"document.querySelector({selector!r})?.innerText ?? ''")
        return " ".join(str(text).split())

    def click(self, selector: str) -> None:
        """Press it, once it is there."""
        self.page.wait(f"document.querySelector({selector!r}) !== null")
        self.page.value(f"document.querySelector({selector!r}).click()")

    def fill(self, selector: str, text: str) -> None:
        """Write into a field, as if typed: nothing comes between what it holds and its events."""
        found = f"document.querySelector({selector!r})"
        self.page.wait(f"{found} !== null")
        told = ";".join(
            f"field.dispatchEvent(new Event({each!r}, {{bubbles: true}}))"
            for each in ("input", "change")
        )
        self.page.value(f"(() => {{ const field = {found}; field.value = {text!r}; {told}; }})()")


def _ours(centre: Centre) -> tuple[str, ...]:
    """How addresses begin that the console may ask for: pictures that it holds among them."""
    return (centre.url, f"blob:{centre.url}", "data:")


@contextmanager
def tab(centre: Centre, folder_name: str, factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """A tab; whatever was asked of another host, or complained about, fails at the end."""
    with browser(factory.mktemp(folder_name)) as page:
        yield Tab(centre, page)
        strangers = [url for url in page.requests if not url.startswith(_ours(centre))]
        assert not strangers, strangers
        complained = [each for each in page.complaints if not any(one in each for one in MEANT)]
        assert not complained, complained


def unclipped(page: Page) -> bool:
    """Whether nothing sticks out sideways."""
    return bool(page.value("document.documentElement.scrollWidth <= innerWidth"))


SMALL = """(() => [...document.querySelectorAll('button, a[href], input, select, summary')]
  .filter((each) => each.checkVisibility() && !each.disabled)
  .map((each) => [each, each.getBoundingClientRect()])
  .filter(([each, box]) => box.width < 24 || box.height < 24).map(([each]) => each)
  .filter((each) => !each.closest('p, label, td, dd, li, [data-equivalent]'))
  .map((each) => each.outerHTML.slice(0, 120)))()"""
"""Targets smaller than WCAG 2.2 AA asks for; links within a sentence are excepted there too."""

DIM = """(() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const bent = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const light = (colour) => [0.2126, 0.7152, 0.0722]
    .reduce((sum, share, i) => sum + share * bent(colour[i] / 255), 0);
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const found = rgb(getComputedStyle(at).backgroundColor);
      if (found[3] === undefined || found[3] > 0.95) return found;
    }
    return [255, 255, 255];
  };
  const says = (node) => [...node.childNodes].some((c) => c.nodeType === 3 && c.data.trim());
  const ratio = (node) => {
    const colours = [rgb(getComputedStyle(node).color), behind(node)];
    const [dark, bright] = colours.map(light).sort((x, y) => x - y);
    return (bright + 0.05) / (dark + 0.05);
  };
  return [...document.querySelectorAll('body *')]
    .filter((node) => node.checkVisibility() && !node.closest('svg') && !node.disabled)
    .filter((node) => says(node) && ratio(node) < 4.5)
    .map((node) => node.outerHTML.slice(0, 120));
})()"""
"""Text whose computed contrast is less than 4.5:1."""


def legible(page: Page) -> list[str]:
    """What is too small to hit or too dim to read, in both themes."""
    found = list(page.value(SMALL))
    before = page.value("document.documentElement.dataset.theme")
    for theme in ("dark", "light"):
        page.value(f"document.documentElement.dataset.theme = {theme!r}")
        found += page.value(DIM)
    page.value(f"document.documentElement.dataset.theme = {before!r}")
    return found
