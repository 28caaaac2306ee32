// The probe watches every page, whichever banner is in it. It runs before the page's
// own scripts. Times are in milliseconds since the navigation began, as performance.now
// has them.
({ notice }) => {
  const bench = (window.bench = {});

  /** How many milliseconds after the report of a press the report of its click may come. */
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

  /** Resolves after the frame that is being made, with the time. */
  const painted = (resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => resolve(performance.now());
    channel.port2.postMessage(0);
  };

  /** Resolves after the next frame, with the time. */
  bench.frame = () => new Promise((resolve) => requestAnimationFrame(() => painted(resolve)));

  /** Resolves when the page is idle. */
  bench.rest = () => new Promise((resolve) => requestIdleCallback(resolve));

  /** Resolves after the first frame in which an element is visible, with the time. */
  bench.seen = (selector) =>
    new Promise((resolve) => {
      const look = () => (visible(selector) ? painted(resolve) : requestAnimationFrame(look));
      requestAnimationFrame(look);
    });

  /** When the page's first content was painted (https://www.w3.org/TR/paint-timing/). */
  bench.content = new Promise((resolve) => {
    new PerformanceObserver((list) => {
      for (const { startTime } of list.getEntriesByName("first-contentful-paint")) resolve(startTime);
    }).observe({ type: "paint", buffered: true });
  });

  /** When the notice was painted. */
  if (notice) bench.notice = bench.seen(notice);

  /**
   * When Go has taken over. go-app then replaces the prerendered notice by its own
   * (pkg/app/engine.go, v10.1.11). That is the next change of the element that holds
   * the notice.
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

  /** Resolves when count gated scripts have run, with the time of the last. */
  bench.allRan = (count) =>
    new Promise((resolve) => {
      const check = () => bench.runs.length >= count && resolve(bench.runs[count - 1]);
      waiting.push(check);
      check();
    });

  /** When the latest click happened. */
  addEventListener("click", (event) => (bench.clicked = event.timeStamp), { capture: true });

  /** Resolves when an answer is reported after a click, with the time between the two. */
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
   * The page's total blocking time until at: of each long task that began before, the
   * time over 50 ms counts (https://web.dev/articles/tbt).
   */
  bench.blockedUntil = async (at) => {
    await new Promise((resolve) => setTimeout(resolve, at - performance.now()));
    tasks(longTasks.takeRecords());
    return bench.tasks.reduce((sum, task) => sum + (task.at < at ? task.ms - 50 : 0), 0);
  };

  /**
   * Resolves with the latency of the visitor's first click: the time from the input to
   * the next frame, in steps of 8 ms. Events under 16 ms are not reported, but that
   * there was a first input is (https://w3c.github.io/event-timing/). So 16 also stands
   * for less.
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
