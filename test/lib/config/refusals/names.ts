import { inProd, type Refusal } from '../good-settings';

const shortRoles = { owner: { name: 'o' }, migrator: { name: 'm' }, readonly: { name: 'r' } };

export const names: readonly Refusal[] = [
  [
    'a project name in upper case',
    { name: 'Shop' },
    "name: 'Shop' is not a name; one begins with a lower-case letter and has only lower-case letters, digits and single hyphens between",
  ],
  [
    'a project name with two hyphens together',
    { name: 'my--shop' },
    "name: 'my--shop' is not a name; one begins with a lower-case letter and has only lower-case letters, digits and single hyphens between",
  ],
  [
    'a project name that ends in a hyphen',
    { name: 'shop-' },
    "name: 'shop-' is not a name; one begins with a lower-case letter and has only lower-case letters, digits and single hyphens between",
  ],
  [
    'a project name that begins with a digit',
    { name: '2shop' },
    "name: '2shop' is not a name; one begins with a lower-case letter and has only lower-case letters, digits and single hyphens between",
  ],
  [
    "a project name that begins as Parameter Store's own",
    { name: 'awshop' },
    "name: 'awshop' begins with aws or ssm, which Parameter Store refuses",
  ],
  [
    'a project name that S3 keeps',
    { name: 'sthree-shop' },
    "name: 'sthree-shop' begins with sthree- or amzn-, which S3 keeps for itself",
  ],
  [
    'a project name that leaves no room for the longer environment',
    { name: 'a-shop-with-a-long-name-x' },
    "environments.prod: 'prod' makes names that begin with 'a-shop-with-a-long-name-x-prod', 30 characters; 29 leave room for the rest",
  ],
  [
    'an environment name with an underscore',
    { environments: { my_dev: {} } },
    "environments.my_dev: 'my_dev' is not a name; one begins with a lower-case letter and has only lower-case letters, digits and single hyphens between",
  ],
  [
    'an environment name that leaves no room',
    { environments: { 'a-very-long-environment-name': {} } },
    "environments.a-very-long-environment-name: 'a-very-long-environment-name' makes names that begin with 'shop-a-very-long-environment-name', 33 characters; 29 leave room for the rest",
  ],
  [
    'a database name with a hyphen',
    { database: { name: 'my-shop' } },
    "database.name: 'my-shop' is not a database name; one begins with a lower-case letter and has only lower-case letters, digits and underscores",
  ],
  [
    'a database name of 64 bytes',
    { database: { name: 'd'.repeat(64) }, roles: shortRoles },
    "database.name: 'dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd' is 64 bytes long; Postgres keeps 63 of a name",
  ],
  [
    'a database name whose roles would be too long',
    { database: { name: 'd'.repeat(58) }, roles: { owner: { name: 'o' }, readonly: { name: 'r' }, migrator: {} } },
    "roles.migrator.name: 'dddddddddddddddddddddddddddddddddddddddddddddddddddddddddd_migrator' is 67 bytes long; Postgres keeps 63 of a name",
  ],
  [
    'a database name that the server has',
    { database: { name: 'postgres' } },
    "database.name: 'postgres' is a database of the server itself or refused by RDS; take another name",
  ],
  [
    'a database name that RDS reserves',
    { database: { name: 'rdsadmin' } },
    "database.name: 'rdsadmin' is a database of the server itself or refused by RDS; take another name",
  ],
  [
    'a database name that is a word of SQL',
    { database: { name: 'order' } },
    "database.name: 'order' is a reserved word of Postgres, which RDS refuses; take another name",
  ],
  [
    'a role name of 64 bytes',
    { roles: { app: { name: 'r'.repeat(64) } } },
    "roles.app.name: 'rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr' is 64 bytes long; Postgres keeps 63 of a name",
  ],
  [
    'a role name in upper case',
    { roles: { app: { name: 'AppUser' } } },
    "roles.app.name: 'AppUser' is not a role name; one begins with a lower-case letter and has only lower-case letters, digits and underscores",
  ],
  [
    'a role name with a quote',
    { roles: { app: { name: 'x"; DROP TABLE y' } } },
    "roles.app.name: 'x\"; DROP TABLE y' is not a role name; one begins with a lower-case letter and has only lower-case letters, digits and underscores",
  ],
  [
    'a role name with a NUL',
    { roles: { app: { name: 'a\0b' } } },
    "roles.app.name: 'a\\u0000b' is not a role name; one begins with a lower-case letter and has only lower-case letters, digits and underscores",
  ],
  [
    'a role name of RDS',
    { roles: { app: { name: 'rds_app' } } },
    "roles.app.name: 'rds_app' begins with rds_, which is kept for the server",
  ],
  [
    'a role name of Postgres',
    { roles: { app: { name: 'pg_app' } } },
    "roles.app.name: 'pg_app' begins with pg_, which is kept for the server",
  ],
  [
    'a role called postgres',
    { roles: { app: { name: 'postgres' } } },
    "roles.app.name: 'postgres' is a role name that RDS or Postgres keeps for itself; take another name",
  ],
  [
    'a role called rdsadmin',
    { roles: { app: { name: 'rdsadmin' } } },
    "roles.app.name: 'rdsadmin' is a role name that RDS or Postgres keeps for itself; take another name",
  ],
  [
    'a role called public',
    { roles: { app: { name: 'public' } } },
    "roles.app.name: 'public' is a role name that RDS or Postgres keeps for itself; take another name",
  ],
  [
    'a role called none',
    { roles: { app: { name: 'none' } } },
    "roles.app.name: 'none' is a role name that RDS or Postgres keeps for itself; take another name",
  ],
  [
    'a role called user',
    { roles: { app: { name: 'user' } } },
    "roles.app.name: 'user' is a reserved word of Postgres; take another name",
  ],
  [
    'two roles of one name',
    { roles: { readonly: { name: 'app_user' } } },
    "roles.readonly.name: 'app_user' is also the name at roles.app.name; each role needs its own",
  ],
  [
    'a role with the name of the admin',
    { roles: { app: { name: 'plinth_admin' } } },
    "roles.app.name: 'plinth_admin' is also the name at database.adminUser; each role needs its own",
  ],
  [
    'an admin name that RDS reserves',
    { database: { adminUser: 'admin' } },
    "database.adminUser: 'admin' is a role name that RDS or Postgres keeps for itself; take another name",
  ],
  [
    'an admin name of 17 characters',
    { database: { adminUser: 'a'.repeat(17) } },
    "database.adminUser: 'aaaaaaaaaaaaaaaaa' is 17 characters long; RDS takes 16 for its master user",
  ],
  [
    'a parameter without a slash in front',
    { connectionParameter: 'shop/{env}/URL' },
    "connectionParameter: 'shop/{env}/URL' is not a parameter name; it begins with / and has letters, digits, '_', '.', '-', '/' and {env}",
  ],
  [
    'a parameter with a space',
    { connectionParameter: '/shop/{env}/DATABASE URL' },
    "connectionParameter: '/shop/{env}/DATABASE URL' is not a parameter name; it begins with / and has letters, digits, '_', '.', '-', '/' and {env}",
  ],
  [
    'a parameter with another placeholder',
    { connectionParameter: '/shop/{environment}/URL' },
    "connectionParameter: '/shop/{environment}/URL' is not a parameter name; it begins with / and has letters, digits, '_', '.', '-', '/' and {env}",
  ],
  [
    'a parameter that begins with aws',
    { connectionParameter: '/AWS/{env}/URL' },
    "connectionParameter: '/AWS/{env}/URL' begins with aws or ssm, which Parameter Store keeps for itself",
  ],
  [
    'a parameter that begins with ssm',
    { connectionParameter: '/ssm-shop/{env}/URL' },
    "connectionParameter: '/ssm-shop/{env}/URL' begins with aws or ssm, which Parameter Store keeps for itself",
  ],
  [
    'a parameter of 16 levels',
    { connectionParameter: `${'/a'.repeat(15)}/{env}` },
    "connectionParameter: '/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/{env}' has 16 levels; Parameter Store takes 15",
  ],
  [
    'a parameter of 1,012 characters',
    inProd({ connectionParameter: `/${'a'.repeat(1011)}` }),
    "environments.prod.connectionParameter: '/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...' is 1012 characters long; Parameter Store takes 1011",
  ],
  [
    'one parameter for both roles',
    inProd({ readonlyConnectionParameter: '/shop/{env}/DATABASE_URL' }),
    "environments.prod.readonlyConnectionParameter: '/shop/prod/DATABASE_URL' is also the connectionParameter; each needs its own",
  ],
  [
    'one parameter for two environments',
    { connectionParameter: '/shop/DATABASE_URL' },
    "environments.prod: writes its connection to '/shop/DATABASE_URL', as dev does; put {env} into the parameter's name",
  ],
];
