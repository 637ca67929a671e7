-- The index of fragments serves whole words too.
select 1;
