// Who lives behind the five doors. Each has one best answer; every answer is told why.
window.STREET = [
  {
    id: "priya",
    name: "Priya, 34",
    door: "Number 1",
    says: "I do Dad’s tablets before work and his tea after it. On Saturdays I do his shopping. I’m not a carer. I’m his daughter.",
    asks: "Is Priya a carer?",
    answers: [
      { text: "No. It is what any daughter would do.", why: "Many daughters do it, and that is the point: most carers begin as somebody’s daughter, partner or friend, and go on calling themselves that." },
      { text: "Yes. Her father could not manage without her help.", right: true, why: "He depends on her for his tablets, his food and his shopping, and nobody pays her. That makes her a carer, whatever she calls herself." },
      { text: "Only if she says that she is.", why: "Her word for it is hers to choose. Her right to be asked how she is, and to be offered help, does not depend on it." },
    ],
  },
  {
    id: "tom",
    name: "Tom, 46",
    door: "Number 3",
    says: "I see Mrs Bell twice a day. I help her wash and dress, and we have a laugh. The agency gives me six calls before lunch.",
    asks: "Is Tom a carer?",
    answers: [
      { text: "Yes. He looks after Mrs Bell.", why: "He does look after her, and well. But he is paid to, by an agency. We call him a care worker, so that nobody overlooks those who do it unpaid." },
      { text: "No. He is a care worker: it is his paid job.", right: true, why: "In this training a carer is always unpaid. Tom has a contract, hours and a wage. Is there somebody else, unpaid, behind Mrs Bell? It is worth asking." },
      { text: "It depends on how well they get on.", why: "Warmth is not what makes the difference. Tom is paid for it, so he is a care worker." },
    ],
  },
  {
    id: "jaden",
    name: "Jaden, 11",
    door: "Number 5",
    says: "When Mum can’t get up I make my sister’s breakfast and walk her to school. I’m late a lot. I don’t say why.",
    asks: "What is going on here?",
    answers: [
      { text: "Jaden may be a young carer. Somebody should ask gently, and tell him that he is not in trouble.", right: true, why: "He does what a grown-up would do, because his mother is not well. Children often hide it: they fear trouble, or that the family will be parted. A kind question can open the door." },
      { text: "Jaden should be told to be on time.", why: "Lateness is what can be seen. What is behind it is a child who runs the morning because his mother cannot." },
      { text: "He is too young to be a carer.", why: "No age is too young for it to happen. Children and young people under 18 have rights of their own as young carers." },
    ],
  },
  {
    id: "margaret",
    name: "Margaret, 83, and Alan, 85",
    door: "Number 7",
    says: "He can’t remember what day it is, so I tell him. I can’t do buttons any more, so he does mine. We manage, between us.",
    asks: "Who is the carer here?",
    answers: [
      { text: "Margaret, because Alan forgets things.", why: "She is. But look at the buttons: she depends on him as well." },
      { text: "Neither. They are a married couple.", why: "Marriage does not rule it out. Each of them would be stuck without the other, and nobody has asked either how they are." },
      { text: "Both of them: each looks after the other.", right: true, why: "It often goes both ways, above all between older couples. Each of them can be asked what it is like and what would help." },
    ],
  },
  {
    id: "sam",
    name: "Sam, 52",
    door: "Number 9",
    says: "My brother lives ninety miles away. I do his bills, I ring him every evening so that he eats, and I drive up every weekend.",
    asks: "Is Sam a carer?",
    answers: [
      { text: "No. They do not live together.", why: "Carers need not live in the same house, or in the same town. Distance adds worry and petrol; it takes nothing away." },
      { text: "Yes. Ringing, bills and driving are care too.", right: true, why: "Care is not only washing and lifting. Sam keeps his brother fed and his life in order, unpaid, and plans every weekend around it." },
      { text: "No. He does nothing with his hands.", why: "Much of care is thinking ahead, remembering, ringing and paying. It is tiring and it counts." },
    ],
  },
];
