"use strict";
// Draws the scans of a page of skxrd: curves, ticks and difference with zoom and hover, and the map.
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const VALUE = new Int16Array(128);
[...DIGITS].forEach((c, i) => { VALUE[c.charCodeAt(0)] = i; });
const INK = "#333333", SUM = "#E69F00", SOFT = "#6b6b6b", LINE = "#dcdcdc";

// square roots from 0 to 1 of the place between the lowest and the highest; NaN if not measured
function decode(text) {
  const out = new Float32Array(text.length / 2);
  for (let i = 0; i < out.length; i++) {
    const code = VALUE[text.charCodeAt(2 * i)] * 64 + VALUE[text.charCodeAt(2 * i + 1)];
    out[i] = code === 4095 ? NaN : code / 4094;
  }
  return out;
}
function element(name, attributes, parent, content) {
  const one = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const key in attributes) one.setAttribute(key, attributes[key]);
  if (content !== undefined) one.textContent = content;
  if (parent) parent.appendChild(one);
  return one;
}
function ticks(low, high, most) {
  const rough = (high - low) / Math.max(most, 1), power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(f => f * power).find(s => s >= rough * 0.999);
  const out = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) out.push(k * step);
  return [out, Math.max(0, -Math.floor(Math.log10(step) + 1e-9))];
}
const short = v => Math.abs(v) >= 1e5 || (v && Math.abs(v) < 0.01) ? v.toExponential(1)
  : String(Number(v.toPrecision(4)));

class Plot {
  constructor(figure) {
    this.figure = figure;
    this.data = JSON.parse(figure.querySelector("script").textContent);
    const d = this.data;
    this.measured = decode(d.m);
    this.calculated = d.c ? decode(d.c) : null;
    this.last = d.x + d.s * (this.measured.length - 1);
    this.view = [d.x, this.last];
    this.scale = "sqrt";
    this.stage = figure.querySelector(".stage");
    this.said = figure.querySelector(".said");
    figure.querySelectorAll("button").forEach(b => b.addEventListener("click", () => this.press(b)));
    this.draw();
  }
  press(button) {
    const what = button.dataset.do, [a, b] = this.view, middle = (a + b) / 2, half = (b - a) / 2;
    if (what === "in") this.zoom(middle - half / 2, middle + half / 2);
    else if (what === "out") this.zoom(middle - 2 * half, middle + 2 * half);
    else if (what === "left") this.zoom(a - half, b - half);
    else if (what === "right") this.zoom(a + half, b + half);
    else if (what === "all") this.zoom(this.data.x, this.last);
    else {
      this.scale = what;
      this.figure.querySelectorAll("[data-scale]").forEach(b =>
        b.setAttribute("aria-pressed", b.dataset.do === what));
      this.draw();
    }
  }
  zoom(a, b) {
    const all = this.last - this.data.x, width = Math.min(Math.max(b - a, 8 * this.data.s), all);
    a = Math.min(Math.max(a, this.data.x), this.last - width);
    this.view = [a, a + width];
    this.draw();
  }
  height(root) {
    if (this.scale === "sqrt") return root;
    if (this.scale === "linear") return root * root;
    return Math.max(0, 1 + Math.log10(Math.max(root * root, 1e-4)) / 4);
  }
  intensity(root) { return this.data.l + (this.data.h - this.data.l) * root * root; }
  // two points for each pixel at most, the lowest and the highest, so that no peak is lost
  path(values, x, y) {
    const d = this.data, [a, b] = this.view;
    const i0 = Math.max(0, Math.floor((a - d.x) / d.s));
    const i1 = Math.min(values.length - 1, Math.ceil((b - d.x) / d.s));
    const run = Math.max(1, Math.floor((i1 - i0) / this.inner));
    let out = "", pen = "M";
    for (let i = i0; i <= i1; i += run) {
      let lo = -1, hi = -1;
      for (let k = i; k < Math.min(i + run, i1 + 1); k++) {
        if (Number.isNaN(values[k])) continue;
        if (lo < 0 || values[k] < values[lo]) lo = k;
        if (hi < 0 || values[k] > values[hi]) hi = k;
      }
      if (lo < 0) { pen = "M"; continue; }
      for (const k of lo === hi ? [lo] : [Math.min(lo, hi), Math.max(lo, hi)]) {
        out += pen + x(d.x + k * d.s).toFixed(1) + " " + y(values[k]).toFixed(1);
        pen = "L";
      }
    }
    return out;
  }
  draw() {
    const d = this.data, [a, b] = this.view, phases = d.p || [];
    const width = Math.max(280, this.wide || this.stage.clientWidth || 640);
    const narrow = width < 520, left = narrow ? 44 : 56, right = 8, top = 10;
    const main = narrow ? 170 : 230, row = 15;
    const rows = top + main + 6;
    this.inner = width - left - right;
    const x = t => left + this.inner * (t - a) / (b - a);
    let most = 0, least = Infinity;
    const curves = this.calculated ? [this.measured, this.calculated] : [this.measured];
    const i0 = Math.max(0, Math.ceil((a - d.x) / d.s)), i1 = Math.floor((b - d.x) / d.s);
    for (const curve of curves) for (let i = i0; i <= i1 && i < curve.length; i++) {
      const h = this.height(curve[i]);
      if (h > most) most = h;
      if (h < least) least = h;
    }
    if (!(most > 0)) most = 1;
    least = this.calculated ? 0 : Math.min(least, most) - 0.02 * most;
    const y = root => top + main * (1 - (this.height(root) - least) / (1.04 * most - least));
    const left_over = this.calculated ? this.difference(i0, i1) : null;
    // pixels above and below zero, on the scale of the pattern unless that needs too much room
    let unit = main / (1.04 * most - least), up = 0, down = 0;
    if (left_over) {
      unit = Math.min(unit, 110 / (left_over.up + left_over.down || 1));
      [up, down] = [Math.max(8, unit * left_over.up), Math.max(8, unit * left_over.down)];
    }
    const middle = rows + row * phases.length + 4 + up, base = middle + down + 4, full = base + 36;
    const svg = element("svg", { viewBox: `0 0 ${width} ${full}`, width: "100%",
      role: "img", "aria-label": "pattern", "font-size": 12, "font-family": "system-ui, sans-serif" });
    const id = "clip" + this.figure.id;
    const clip = element("clipPath", { id }, element("defs", {}, svg));
    element("rect", { x: left, y: 0, width: this.inner, height: full }, clip);
    const drawn = element("g", { "clip-path": `url(#${id})`, fill: "none" }, svg);
    this.yAxis(svg, left, y, most, least, narrow);
    element("path", { d: this.path(this.measured, x, y), stroke: INK, "stroke-width": 1 }, drawn);
    if (this.calculated) {
      element("path", { d: this.path(this.calculated, x, y), stroke: SUM, "stroke-width": 1.2 }, drawn);
      element("path", { d: `M${left} ${middle}h${this.inner}`, stroke: LINE }, drawn);
      element("path", { d: this.path(left_over.values, x, v => middle - unit * v), stroke: SOFT,
        "stroke-width": 0.8 }, drawn);
    }
    for (const t of d.u || []) {
      const k = Math.round((t - d.x) / d.s), at = x(t), up = y(this.measured[k] || 0) - 5;
      element("path", { d: `M${at - 4} ${up - 7}h8l-4 7z`, stroke: INK }, drawn);
    }
    phases.forEach((phase, n) => {
      const level = rows + row * n + row / 2;
      let path = "";
      for (const t of phase.t) if (t >= a && t <= b) path += `M${x(t).toFixed(1)} ${level - 5}v10`;
      element("path", { d: path, stroke: phase.k, "stroke-width": 1.3 }, drawn);
    });
    element("path", { d: `M${left} ${base}H${width - right}`, stroke: INK }, svg);
    const [marks, digits] = ticks(a, b, this.inner / 70);
    for (const t of marks) {
      element("path", { d: `M${x(t)} ${base}v4`, stroke: INK }, svg);
      element("text", { x: x(t), y: base + 16, "text-anchor": "middle", fill: INK }, svg, t.toFixed(digits));
    }
    element("text", { x: left + this.inner / 2, y: base + 31, "text-anchor": "middle", fill: INK }, svg, d.a);
    this.box = element("rect", { y: 0, height: base, fill: "#0072B2", opacity: 0.15, visibility: "hidden" }, svg);
    this.needle = element("path", { stroke: SOFT, "stroke-dasharray": "2 2" }, svg);
    this.x = x; this.left = left; this.base = base; this.width = width;
    this.listen(svg);
    this.stage.replaceChildren(svg);
  }
  yAxis(svg, left, y, most, least, narrow) {
    const unscaled = h => this.scale === "sqrt" ? h : this.scale === "linear" ? Math.sqrt(Math.max(h, 0)) : 10 ** ((h - 1) * 2);
    const lowest = this.intensity(unscaled(Math.max(least, 0))), highest = this.intensity(unscaled(most));
    let marks = ticks(lowest, highest, narrow ? 3 : 4)[0];
    if (this.scale === "log") marks = [0.001, 0.01, 0.1, 1].map(f => this.data.l + f * (this.data.h - this.data.l));
    for (const v of marks) {
      const share = (v - this.data.l) / (this.data.h - this.data.l || 1);
      if (share < 0) continue;
      const at = y(Math.sqrt(share));
      if (at < 6) continue;
      element("path", { d: `M${left - 4} ${at}h4`, stroke: INK }, svg);
      element("text", { x: left - 6, y: at + 4, "text-anchor": "end", fill: INK, "font-size": 11 }, svg, short(v));
    }
  }
  // measured less calculated, and how far it goes up and down in view
  difference(i0, i1) {
    const values = new Float32Array(this.measured.length);
    let up = 0, down = 0;
    for (let i = 0; i < values.length; i++) {
      values[i] = this.height(this.measured[i]) - this.height(this.calculated[i]);
      if (i < i0 || i > i1 || Number.isNaN(values[i])) continue;
      up = Math.max(up, values[i]);
      down = Math.max(down, -values[i]);
    }
    return { values, up, down };
  }
  listen(svg) {
    const at = event => {
      const box = svg.getBoundingClientRect();
      const px = (event.clientX - box.left) * this.width / box.width;
      return this.view[0] + (px - this.left) / this.inner * (this.view[1] - this.view[0]);
    };
    const inside = t => Math.min(Math.max(t, this.view[0]), this.view[1]);
    let start = null;
    svg.addEventListener("pointerdown", event => {
      if (event.button) return;
      start = inside(at(event));
      try { svg.setPointerCapture(event.pointerId); } catch (error) { /* synthetic events */ }
    });
    svg.addEventListener("pointermove", event => {
      const t = inside(at(event));
      this.say(t);
      if (start === null) return;
      const [p, q] = [this.x(Math.min(start, t)), this.x(Math.max(start, t))];
      this.box.setAttribute("x", p);
      this.box.setAttribute("width", q - p);
      this.box.setAttribute("visibility", "visible");
    });
    svg.addEventListener("pointerup", event => {
      const t = inside(at(event)), from = start;
      start = null;
      if (from !== null && Math.abs(this.x(t) - this.x(from)) > 8) this.zoom(Math.min(from, t), Math.max(from, t));
    });
    svg.addEventListener("pointercancel", () => { start = null; this.box.setAttribute("visibility", "hidden"); });
    svg.addEventListener("pointerleave", () => { this.needle.setAttribute("d", ""); this.said.textContent = this.hint(); });
    svg.addEventListener("dblclick", () => this.zoom(this.data.x, this.last));
  }
  hint() { return this.figure.querySelector(".said").dataset.hint; }
  say(t) {
    const d = this.data, k = Math.min(Math.max(Math.round((t - d.x) / d.s), 0), this.measured.length - 1);
    this.needle.setAttribute("d", `M${this.x(t)} 0V${this.base}`);
    let text = `2θ ${t.toFixed(2)}°`;
    if (d.w && t > 0) text += `, d ${(d.w / 2 / Math.sin(t * Math.PI / 360)).toFixed(4)} Å`;
    text += Number.isNaN(this.measured[k]) ? ", not measured" : `, I ${short(this.intensity(this.measured[k]))}`;
    const reach = 6 / this.inner * (this.view[1] - this.view[0]);
    const near = [];
    for (const phase of d.p || []) phase.t.forEach((line, n) => {
      if (Math.abs(line - t) < reach) near.push([Math.abs(line - t), `${phase.n} ${phase.i[n]} (${line.toFixed(2)}°)`]);
    });
    near.sort((p, q) => p[0] - q[0]);
    if (near.length) text += "; " + near.slice(0, 3).map(n => n[1]).join(", ");
    this.said.textContent = text;
  }
}

const COLORS = ["#FFFFFF", "#CFE3F2", "#8FBFE0", "#3F8FC4", "#0A5A94", "#062F55", "#04152A"].map(c =>
  [1, 3, 5].map(i => parseInt(c.slice(i, i + 2), 16)));
function shade(v, out, at) {
  const p = Math.min(Math.max(v, 0), 1) * (COLORS.length - 1), i = Math.min(Math.floor(p), COLORS.length - 2);
  for (let k = 0; k < 3; k++) out[at + k] = COLORS[i][k] + (p - i) * (COLORS[i + 1][k] - COLORS[i][k]);
  out[at + 3] = 255;
}

// all scans as rows of colours; a row leads to its scan
class HeatMap {
  constructor(box) {
    this.box = box;
    this.plan = JSON.parse(box.querySelector("script").textContent);
    this.rows = [...document.querySelectorAll("figure.plot")].map(figure => {
      const d = JSON.parse(figure.querySelector("script").textContent);
      return { d, values: decode(d.m), figure };
    });
    this.first = Math.min(...this.rows.map(r => r.d.x));
    this.last = Math.max(...this.rows.map(r => r.d.x + r.d.s * (r.values.length - 1)));
    this.order = this.plan.o[0];
    this.said = box.querySelector(".said");
    box.querySelectorAll("button").forEach((button, n) => button.addEventListener("click", () => {
      this.order = this.plan.o[n];
      box.querySelectorAll("button").forEach(b => b.setAttribute("aria-pressed", b === button));
      this.draw();
    }));
    this.draw();
  }
  draw(wide) {
    const stage = this.box.querySelector(".stage"), n = this.rows.length;
    const width = wide || Math.max(280, stage.clientWidth), narrow = width < 520;
    const row = Math.min(16, Math.max(3, Math.floor(620 / n))), named = row >= 10;
    const left = named ? (narrow ? 84 : 170) : 8, inner = width - left - 16, high = row * n;
    const ratio = wide ? 3 : Math.max(window.devicePixelRatio || 1, 1.5);
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round((high + 34) * ratio);
    canvas.style.width = "100%";
    const pen = canvas.getContext("2d"), columns = Math.round(inner * ratio);
    const image = pen.createImageData(columns, n);
    this.order.forEach((number, place) => {
      const { d, values } = this.rows[number];
      for (let c = 0; c < columns; c++) {
        const t0 = this.first + (this.last - this.first) * c / columns;
        const t1 = this.first + (this.last - this.first) * (c + 1) / columns;
        let most = -1;
        const i0 = Math.max(0, Math.ceil((t0 - d.x) / d.s - 0.5)), i1 = Math.min(values.length - 1, Math.floor((t1 - d.x) / d.s + 0.5));
        for (let i = i0; i <= i1; i++) if (values[i] > most) most = values[i];
        const at = 4 * (place * columns + c);
        if (most >= 0) shade(most, image.data, at);
        else image.data.set([232, 232, 230, 255], at);
      }
    });
    const small = document.createElement("canvas");
    small.width = columns; small.height = n;
    small.getContext("2d").putImageData(image, 0, 0);
    pen.imageSmoothingEnabled = false;
    pen.drawImage(small, left * ratio, 0, columns, high * ratio);
    pen.scale(ratio, ratio);
    pen.font = "11px system-ui, sans-serif";
    pen.fillStyle = INK;
    pen.textAlign = "right";
    if (named) this.order.forEach((number, place) => {
      let name = this.plan.n[number];
      if (pen.measureText(name).width > left - 8) {
        while (name.length > 4 && pen.measureText("…" + name).width > left - 8) name = name.slice(1);
        name = "…" + name;
      }
      pen.fillText(name, left - 5, row * (place + 0.5) + 4);
    });
    pen.textAlign = "center";
    const [marks, digits] = ticks(this.first, this.last, inner / 70);
    for (const t of marks) {
      const at = left + inner * (t - this.first) / (this.last - this.first);
      pen.fillRect(at, high, 1, 4);
      pen.fillText(t.toFixed(digits), at, high + 15);
    }
    pen.fillText(this.plan.a, left + inner / 2, high + 30);
    const place = event => {
      const box = canvas.getBoundingClientRect(), scale = width / box.width;
      const number = this.order[Math.floor((event.clientY - box.top) * scale / row)];
      const t = this.first + ((event.clientX - box.left) * scale - left) / inner * (this.last - this.first);
      return [number, t];
    };
    canvas.addEventListener("pointermove", event => {
      const [number, t] = place(event);
      if (number === undefined) return;
      const there = t >= this.first && t <= this.last ? `, 2θ ${t.toFixed(2)}°` : "";
      this.said.textContent = `${this.plan.n[number]}: ${this.plan.v[number]}${there}`;
    });
    canvas.addEventListener("click", event => {
      const [number] = place(event);
      if (number !== undefined) this.rows[number].figure.closest("section").scrollIntoView();
    });
    stage.replaceChildren(canvas);
  }
}

const figures = [...document.querySelectorAll("figure.plot")], plots = new Map();
function plotOf(figure) {
  if (!plots.has(figure)) plots.set(figure, new Plot(figure));
  return plots.get(figure);
}
const seen = new IntersectionObserver(entries => entries.forEach(entry => {
  if (entry.isIntersecting) { seen.unobserve(entry.target); plotOf(entry.target); }
}), { rootMargin: "600px" });
figures.slice(0, 2).forEach(plotOf);
figures.slice(2).forEach(figure => seen.observe(figure));
const maps = [...document.querySelectorAll("figure.heat")].map(box => new HeatMap(box));
let waiting = null, before = document.documentElement.clientWidth;
addEventListener("resize", () => {
  if (document.documentElement.clientWidth === before) return;
  before = document.documentElement.clientWidth;
  clearTimeout(waiting);
  waiting = setTimeout(() => { plots.forEach(plot => plot.draw()); maps.forEach(map => map.draw()); }, 120);
});
// on paper: every picture, every table
let closed = [];
addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("details:not([open])")];
  closed.forEach(one => { one.open = true; });
  figures.forEach(figure => { const plot = plotOf(figure); plot.wide = 700; plot.draw(); });
  maps.forEach(map => map.draw(700));
});
addEventListener("afterprint", () => {
  closed.forEach(one => { one.open = false; });
  plots.forEach(plot => { plot.wide = 0; plot.draw(); });
  maps.forEach(map => map.draw());
});
