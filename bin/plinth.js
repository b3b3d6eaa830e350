#!/usr/bin/env node
// Node 20 does not read TypeScript by itself: this loads the loader, then the program.
require('tsx/cjs');
require('./plinth.ts');
