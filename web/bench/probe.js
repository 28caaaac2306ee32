// The probe: what every page is watched with, whichever banner is in it. It
// runs before the page's own scripts. Times are milliseconds since the
// navigation began, as performance.now has them.
({ notice }) => {
  const bench = (window.bench = {});

  /** How long the report of a click may come after that of the press before it, in milliseconds. */
  const PATIENCE_MS = 1000;

  /** Finds an element; " >>> " steps into an open shadow root. */
  const find = (selector) =>
    selector.split(" >>> ").reduce((root, part) => (root?.shadowRoot || root)?.querySelector(part), document);

  const visible = (selector) => {
    const element = find(selector);
    const box = element?.getBoundingClientRect();
    return (
      box?.width > 0 &&
      box.height > 0 &&
      box.bottom > 0 &&
      box.top < innerHeight &&
      element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    );
  };

  /** Settles after the frame that is being made, with the time. */
  const painted = (resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => resolve(performance.now());
    channel.port2.postMessage(0);
  };

  /** Settles after the next frame, with the time. */
  bench.frame = () => new Promise((resolve) => requestAnimationFrame(() => painted(resolve)));

  /** Settles when the page has nothing better to do. */
  bench.rest = () => new Promise((resolve) => requestIdleCallback(resolve));

  /** Settles after the first frame in which an element is visible, with the time. */
  bench.seen = (selector) =>
    new Promise((resolve) => {
      const look = () => (visible(selector) ? painted(resolve) : requestAnimationFrame(look));
      requestAnimationFrame(look);
    });

  /** When the notice was painted. */
  if (notice) bench.notice = bench.seen(notice);

  /**
   * When Go has mounted: go-app replaces the prerendered notice by its own
   * (pkg/app/engine.go, v10.1.11), which is the next change of the element that
   * holds it.
   */
  if (notice) {
    bench.mounted = bench.notice.then(
      () =>
        new Promise((resolve) => {
          const holder = document.querySelector("charte-banner")?.shadowRoot.firstElementChild;
          if (holder) new MutationObserver(() => resolve(bench.frame())).observe(holder, { childList: true });
        }),
    );
  }

  /** When each gated script ran. */
  bench.runs = [];
  const waiting = [];
  bench.ran = () => {
    bench.runs.push(performance.now());
    for (const check of waiting) check();
  };

  /** Settles when so many gated scripts have run, with the time of the last. */
  bench.allRan = (count) =>
    new Promise((resolve) => {
      const check = () => bench.runs.length >= count && resolve(bench.runs[count - 1]);
      waiting.push(check);
      check();
    });

  /** When the latest click happened. */
  addEventListener("click", (event) => (bench.clicked = event.timeStamp), { capture: true });

  /** Settles when an answer is reported after a click, with the time between. */
  bench.changed = new Promise((resolve) => {
    bench.change = () => bench.clicked && resolve(performance.now() - bench.clicked);
  });
  document.addEventListener("charte:change", bench.change);
  addEventListener("cc:onFirstConsent", bench.change);
  addEventListener("cc:onConsent", bench.change);

  /** Tasks of 50 ms or more: {at, ms}. */
  bench.tasks = [];
  const tasks = (entries) => {
    for (const { startTime, duration } of entries) bench.tasks.push({ at: startTime, ms: duration });
  };
  const longTasks = new PerformanceObserver((list) => tasks(list.getEntries()));
  longTasks.observe({ type: "longtask", buffered: true });

  /**
   * The blocking time of the page until a moment: what its tasks took over
   * 50 ms each (https://web.dev/articles/tbt).
   */
  bench.blockedUntil = async (at) => {
    await new Promise((resolve) => setTimeout(resolve, at - performance.now()));
    tasks(longTasks.takeRecords());
    return bench.tasks.reduce((sum, task) => sum + (task.at < at ? task.ms - 50 : 0), 0);
  };

  /**
   * Settles with the latency of a click that was the visitor's first: the time
   * from the hand to the frame that follows, in steps of 8 ms. Of events under
   * 16 ms only the first is reported (https://w3c.github.io/event-timing/), so
   * that 16 also stands for less.
   */
  bench.latency = new Promise((resolve) => {
    const under = () => setTimeout(resolve, PATIENCE_MS, 16);
    new PerformanceObserver(under).observe({ type: "first-input" });
    new PerformanceObserver((list) => {
      const clicks = list.getEntries().filter(({ interactionId, name }) => interactionId && name === "click");
      if (clicks.length) resolve(clicks[0].duration);
    }).observe({ type: "event", durationThreshold: 16 });
  });
}
