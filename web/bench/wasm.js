// Keeps a weak reference to every memory of a WebAssembly program in the page, so that
// the memories that a garbage collection has left can be counted.
() => {
  const memories = [];
  const watch = (instance) => {
    for (const value of Object.values(instance.exports)) {
      if (value instanceof WebAssembly.Memory) memories.push(new WeakRef(value));
    }
  };
  const { instantiate, instantiateStreaming, Instance } = WebAssembly;
  const watched =
    (make) =>
    async (...args) => {
      const made = await make.apply(WebAssembly, args);
      watch(made.instance || made);
      return made;
    };
  WebAssembly.instantiate = watched(instantiate);
  WebAssembly.instantiateStreaming = watched(instantiateStreaming);
  WebAssembly.Instance = new Proxy(Instance, {
    construct: (target, args) => {
      const made = Reflect.construct(target, args);
      watch(made);
      return made;
    },
  });

  /** Bytes of the memories that are still alive. */
  window.wasmBytes = () => memories.reduce((sum, ref) => sum + (ref.deref()?.buffer.byteLength || 0), 0);
}
