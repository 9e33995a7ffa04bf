"""Scripts that look at a page as a person would: faint texts, small targets, cut words."""

FAINT = """(() => {
    const parse = (text) => { const n = text.match(/[\\d.]+/g).map(Number); return [n[0], n[1], n[2], n[3] ?? 1]; };
    const over = (top, under) => top.slice(0, 3).map((n, i) => n * top[3] + under[i] * (1 - top[3]));
    const light = (rgb) => rgb.map((n) => n / 255).map((n) => (n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4))
        .reduce((sum, n, i) => sum + n * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = (node) => {
        const layers = [];
        for (let each = node; each; each = each.parentElement) layers.push(parse(getComputedStyle(each).backgroundColor));
        return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255]);
    };
    const found = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const node = texts.currentNode.parentElement;
        if (!texts.currentNode.textContent.trim() || !node.checkVisibility() || node.closest('svg, .tile, .clip, :disabled, .sr, noscript')) continue;
        const style = getComputedStyle(node), under = behind(node), ink = over(parse(style.color), under);
        const [one, other] = [light(ink), light(under)].sort((a, b) => b - a), ratio = (one + 0.05) / (other + 0.05);
        const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
        if (ratio < (large ? 3 : 4.5)) found.push(`${texts.currentNode.textContent.trim()}: ${ratio.toFixed(2)}`);
    }
    return found;
})()"""  # noqa: E501
"""Texts with less contrast than WCAG 2.2 AA asks, with their ratio."""

SMALL = """[...document.querySelectorAll('button, a[href], input, select, textarea, [role=option], [role=button]')]
    .filter((node) => node.checkVisibility())
    .map((node) => [node.closest('label') || node, node])
    .filter(([area]) => { const box = area.getBoundingClientRect(); return box.width < 24 || box.height < 24; })
    .map(([, node]) => node.outerHTML.slice(0, 80))"""  # noqa: E501
"""What is to be hit and is smaller than 24 by 24 pixels."""

UNSEEN_FOCUS = """(() => {
    const node = document.activeElement;
    if (!node || node === document.body) return null;
    const style = getComputedStyle(node);
    const seen = style.outlineStyle === 'solid' && parseFloat(style.outlineWidth) >= 2;
    return seen ? null : node.outerHTML.slice(0, 120);
})()"""
"""What has the focus and does not show it."""

COVERED = """[...document.querySelectorAll('button, h2, .bar > span, .top a, .notice b')]
    .filter((node) => node.checkVisibility() && !node.closest('.list, .tile'))
    .filter((node) => {
        const box = node.getBoundingClientRect(), style = getComputedStyle(node);
        const cut = node.scrollWidth > node.clientWidth + 1 && style.overflowX !== 'visible' && style.textOverflow !== 'ellipsis';
        return cut || box.left < -1 || box.right > innerWidth + 1;
    })
    .map((node) => node.outerHTML.slice(0, 80))"""  # noqa: E501
"""Words and buttons that reach over the window's or their own edges."""
