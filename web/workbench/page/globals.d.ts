/** Types of what the compiler's script defines (wasm_exec.js of the Go toolchain). */
declare class Go {
  importObject: WebAssembly.Imports;
  run(instance: WebAssembly.Instance): Promise<void>;
}
