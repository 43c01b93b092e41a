"""A person without a mouse: Tab, Enter, Space and arrows, with an eye on where the focus is."""

from typing import Any

from playwright.sync_api import Page

MOST_TABS = 150
# What shows the focus must be visible and must be gone once the focus is elsewhere. A radio or a
# checkbox shows it on the box that its label draws.
FOCUS = """() => {
  const stop = document.activeElement;
  const isBox = stop.matches('input[type=radio], input[type=checkbox]');
  const look = () => {
    const style = isBox ? getComputedStyle(stop.nextElementSibling, '::before')
                        : getComputedStyle(stop);
    const isClear = /transparent|rgba\\(\\d+, \\d+, \\d+, 0\\)/.test(style.outlineColor);
    const hasOutline = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
    return {outline: hasOutline && !isClear ? style.outlineColor : 'none', shadow: style.boxShadow};
  };
  const focused = look();
  stop.blur();
  const plain = look();
  stop.focus();
  const box = stop.getBoundingClientRect();
  return {
    name: (stop.labels?.[0] || stop).innerText.trim(),
    id: stop.id,
    tag: stop.tagName.toLowerCase(),
    group: stop.closest('fieldset')?.querySelector('legend')?.innerText.trim() || '',
    ring: focused.outline !== 'none' || focused.shadow !== 'none',
    changes: JSON.stringify(focused) !== JSON.stringify(plain),
    isSeen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
  };
}"""


class Keyboard:
    """The keys of one page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tab(self) -> Any:
        """Go to the next stop; it must be in view and show that it has the focus."""
        self.page.keyboard.press("Tab")
        stop = self.page.evaluate(FOCUS)
        where = f"{stop['tag']} “{stop['name']}” on {self.page.url}"
        assert stop["ring"], f"no focus ring: {where}"
        assert stop["changes"], f"looks the same without the focus: {where}"
        assert stop["isSeen"], f"out of sight: {where}"
        return stop

    def tab_to(self, name: str, *, group: str = "") -> None:
        """Go on to the stop with this name, in a group of radios with this legend."""
        for _ in range(MOST_TABS):
            stop = self.tab()
            if stop["name"].startswith(name) and stop["group"].startswith(group):
                return
        message = f"no way to “{name}” on {self.page.url} by Tab"
        raise AssertionError(message)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def enter(self, name: str) -> None:
        """Go to a link or button and press Enter; waits for the next page."""
        self.tab_to(name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
