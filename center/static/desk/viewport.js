// Wheel, drag, pinch, buttons and keys in, what part of a plan is shown out: metres to pixels.

const STEP = 1.4, FASTER = 0.0016, PAN_PX = 60, MOST = 12, LEAST = 0.002, MARGIN_PX = 48;

/** A view on a plan in `node`; `draw()` is called whenever it changed. */
export class Viewport {
  constructor(node, draw) {
    Object.assign(this, { node, draw, scale: 1, x: 0, y: 0, whole: null, moved: false, pointers: new Map() });
    node.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    node.addEventListener("pointerdown", (event) => this.down(event));
    node.addEventListener("pointermove", (event) => this.drag(event));
    for (const end of ["pointerup", "pointercancel"]) node.addEventListener(end, (event) => this.pointers.delete(event.pointerId));
    node.addEventListener("dblclick", (event) => this.zoom(STEP * STEP, ...this.at(event)));
    node.addEventListener("keydown", (event) => this.key(event));
    this.sizes = new ResizeObserver(() => (this.moved ? this.draw() : this.fit()));
    this.sizes.observe(node);
  }
  close() { this.sizes.disconnect(); }
  get wide() { return this.node.clientWidth; }
  get high() { return this.node.clientHeight; }
  at(event) { const box = this.node.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; }
  /** Pixels of a point of the plan. */
  px([x, y]) { return [x * this.scale + this.x, y * this.scale + this.y]; }
  /** Show all of a rectangle in metres. */
  show([left, top, right, bottom]) {
    if (!this.wide || !this.high) return;
    const room = (size) => Math.max(40, size - 2 * MARGIN_PX);
    this.scale = Math.min(MOST, room(this.wide) / Math.max(1, right - left), room(this.high) / Math.max(1, bottom - top));
    this.x = this.wide / 2 - ((left + right) / 2) * this.scale;
    this.y = this.high / 2 - ((top + bottom) / 2) * this.scale;
    this.draw();
  }
  /** The whole district. */
  fit(whole = this.whole) {
    this.whole = whole;
    this.moved = false;
    if (whole) this.show(whole);
  }
  zoom(times, x = this.wide / 2, y = this.high / 2) {
    const scale = Math.min(MOST, Math.max(LEAST, this.scale * times)), by = scale / this.scale;
    Object.assign(this, { scale, x: x - (x - this.x) * by, y: y - (y - this.y) * by, moved: true });
    this.draw();
  }
  pan(dx, dy) {
    Object.assign(this, { x: this.x + dx, y: this.y + dy, moved: true });
    this.draw();
  }
  /** Bring a point into view, if it is not well within it. */
  reveal(point) {
    const [x, y] = this.px(point), inside = (n, size) => n > MARGIN_PX && n < size - MARGIN_PX;
    if (inside(x, this.wide) && inside(y, this.high)) return;
    this.pan(this.wide / 2 - x, this.high / 2 - y);
  }
  wheel(event) {
    event.preventDefault();
    this.zoom(Math.exp(-event.deltaY * FASTER), ...this.at(event));
  }
  down(event) {
    if (event.button) return;
    this.pointers.set(event.pointerId, this.at(event));
    this.dragged = 0;
  }
  drag(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    const now = this.at(event), dx = now[0] - before[0], dy = now[1] - before[1];
    this.dragged += Math.abs(dx) + Math.abs(dy);
    if (this.dragged > 4) this.node.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, now);
    if (this.pointers.size === 1) { this.pan(dx, dy); return; }
    const [other] = [...this.pointers].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
    const far = (point) => Math.hypot(point[0] - other[0], point[1] - other[1]);
    if (far(before) > 8) this.zoom(far(now) / far(before), ...other);
  }
  key(event) {
    const does = {
      ArrowLeft: () => this.pan(PAN_PX, 0), ArrowRight: () => this.pan(-PAN_PX, 0), ArrowUp: () => this.pan(0, PAN_PX), ArrowDown: () => this.pan(0, -PAN_PX),
      Equal: () => this.zoom(STEP), NumpadAdd: () => this.zoom(STEP), Minus: () => this.zoom(1 / STEP), NumpadSubtract: () => this.zoom(1 / STEP), Digit0: () => this.fit(), Home: () => this.fit(),
    }[event.code];
    if (!does || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    does();
  }
}
