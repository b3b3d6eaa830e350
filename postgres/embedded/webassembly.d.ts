// Node has it, but TypeScript declares it only together with the whole of a browser's DOM.
declare namespace WebAssembly {
  class Module {
    private readonly brand;
  }
  function compile(bytes: Uint8Array): Promise<Module>;
}
