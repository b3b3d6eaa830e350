require('./start.js').start('./plinth-app.ts');
