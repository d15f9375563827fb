-- What an agent types into the desk's search box: an order number or serial among the facts, the last digits of a phone number.
create index cases_facts on cases using gin (facts jsonb_path_ops);
create index cases_phone_tail on cases (reverse(regexp_replace(customer_phone, '[^0-9]', '', 'g')) text_pattern_ops) where customer_phone is not null;
