create table if not exists product (
  id bigint primary key,
  name varchar(100) not null,
  cents bigint not null
);
merge into product (id, name, cents) key (id)
  select x, 'product ' || x, 100 * x from system_range(1, 50);
